#!/usr/bin/env python3
"""Draws what `nanosync bench --strategies --json` found: reads its JSON, writes an SVG.

    nanosync bench --strategies --json --rows 1000000,2000000,5000000 > strategies.json
    python3 strategies.py < strategies.json > strategies.svg
    python3 strategies.py table < strategies.json

Time over rows, both axes logarithmic: where doubling the rows doubles the time, a line has the
slope of the dotted ones. Points are medians, bars reach from the fastest read to the slowest.
`table` prints seconds a million rows as Markdown instead.
"""
import json
import math
import statistics
import sys

WIDTH, HEIGHT = 960, 470
TOP, BOTTOM, LEFT, GAP = 64, 84, 58, 46
PANEL = (WIDTH - LEFT - GAP - 18) / 2
COLOURS = {
    ("ctid", None): "#222222",
    ("ntile", "ordered"): "#1f6fb4",
    ("minmax", "ordered"): "#58a6dd",
    ("ntile", "scattered"): "#b3402a",
    ("minmax", "scattered"): "#e58a5c",
}


def steps(least, most):
    """1, 2 and 5 times the powers of ten within the bounds."""
    found = []
    for power in range(-3, 9):
        found += [m * 10**power for m in (1, 2, 5) if least <= m * 10**power <= most]
    return found


def label(number):
    return f"{number:g}"


class Scale:
    def __init__(self, values, start, end):
        self.least, self.most = min(values) / 1.25, max(values) * 1.25
        self.start, self.end = start, end

    def __call__(self, value):
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return self.start + share * (self.end - self.start)


def text(x, y, words, anchor="middle", size=12, extra=""):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
        f"{extra}>{words}</text>"
    )


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {style}/>'


def panel(tables, left, heading, seconds_scale, millions):
    across = Scale(millions, left, left + PANEL)
    out = [text(left + PANEL / 2, TOP - 14, heading, size=14)]
    for tick in steps(across.least, across.most):
        x = across(tick)
        out.append(line(x, TOP, x, HEIGHT - BOTTOM, 'stroke="#e4e4e4"'))
        out.append(text(x, HEIGHT - BOTTOM + 17, label(tick)))
    for tick in steps(seconds_scale.least, seconds_scale.most):
        y = seconds_scale(tick)
        out.append(line(left, y, left + PANEL, y, 'stroke="#e4e4e4"'))
        out.append(text(left - 7, y + 4, label(tick), "end"))
    out.append(text(left + PANEL / 2, HEIGHT - BOTTOM + 36, "million rows"))
    # Guides: so many seconds a million rows, whatever the number of rows.
    for each in steps(seconds_scale.least / across.most, seconds_scale.most / across.least):
        begin = max(across.least, seconds_scale.least / each)
        end = min(across.most, seconds_scale.most / each)
        if begin < end:
            out.append(
                line(
                    across(begin),
                    seconds_scale(begin * each),
                    across(end),
                    seconds_scale(end * each),
                    'stroke="#c4c4c4" stroke-dasharray="2 4"',
                )
            )
    for key, colour in COLOURS.items():
        points = []
        for table in tables:
            for read in table["strategies"]:
                if (read["strategy"], read.get("order")) == key:
                    points.append((across(table["rows"] / 1e6), read["seconds"]))
        path = " ".join(f"{x:.1f},{seconds_scale(statistics.median(s)):.1f}" for x, s in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>')
        for x, seconds in points:
            out.append(
                line(
                    x,
                    seconds_scale(min(seconds)),
                    x,
                    seconds_scale(max(seconds)),
                    f'stroke="{colour}" stroke-width="1.2"',
                )
            )
            y = seconds_scale(statistics.median(seconds))
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
    return out


def legend():
    out, x = [], LEFT
    for (strategy, order), colour in COLOURS.items():
        words = strategy if order is None else f"{strategy}, {order} column"
        out.append(line(x, HEIGHT - 18, x + 22, HEIGHT - 18, f'stroke="{colour}" stroke-width="2"'))
        out.append(text(x + 28, HEIGHT - 14, words, "start"))
        x += 46 + 6.8 * len(words)
    return out


def table(found):
    sizes = sorted({t["rows"] for t in found["tables"]})
    columns = [label(rows / 1e6) + " million" for rows in sizes]
    rows = [["s a million rows, of"] + columns + ["beside `ctid`"]]
    rows.append(["---"] * len(rows[0]))
    for indexed in (True, False):
        those = {t["rows"]: t for t in found["tables"] if t["indexed"] == indexed}
        for strategy, order in COLOURS:
            if strategy == "ctid" and not indexed:
                continue
            reads = [
                next(
                    read
                    for read in those[rows_of]["strategies"]
                    if (read["strategy"], read.get("order")) == (strategy, order)
                )
                for rows_of in sizes
            ]
            name = f"`{strategy}`"
            if order is not None:
                name += f", {order} column, " + ("an index" if indexed else "no index")
            rows.append(
                [name]
                + [f"{read['secondsPerMillionRows']:.2f}" for read in reads]
                + [f"{1 / reads[-1]['ratio']:.2f}"]
            )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def draw(found):
    tables = found["tables"]
    seconds = [s for t in tables for read in t["strategies"] for s in read["seconds"]]
    millions = [table["rows"] / 1e6 for table in tables]
    scale = Scale(seconds, HEIGHT - BOTTOM, TOP)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" fill="#222222">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        text(LEFT, 24, "Seconds from the job's start to the last row", "start", 15),
    ]
    for at, (indexed, heading) in enumerate(
        ((True, "an index on each column"), (False, "no index"))
    ):
        those = [t for t in tables if t["indexed"] == indexed]
        out += panel(those, LEFT + at * (PANEL + GAP), heading, scale, millions)
    return "\n".join(out + legend() + ["</svg>"])


words = table if sys.argv[1:] == ["table"] else draw
print(words(json.load(sys.stdin)))
