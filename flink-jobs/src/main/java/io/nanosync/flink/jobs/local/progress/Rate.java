package io.nanosync.flink.jobs.local.progress;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count grew over the last seconds. */
final class Rate {

    private static final double WINDOW_SECONDS = 5;

    private final Deque<Point> points = new ArrayDeque<>();

    private record Point(double seconds, double count) {}

    /**
     * Takes a count and gives the growth per second over the window; 0 with the first one, and when
     * the count went back because a job was restarted.
     */
    double update(double nowSeconds, double count) {
        Point last = points.peekLast();
        if (last != null && count < last.count()) {
            points.clear();
        }
        points.addLast(new Point(nowSeconds, count));
        while (points.size() > 2 && points.getFirst().seconds() < nowSeconds - WINDOW_SECONDS) {
            points.removeFirst();
        }
        Point first = points.getFirst();
        double elapsed = nowSeconds - first.seconds();
        return elapsed <= 0 ? 0 : (count - first.count()) / elapsed;
    }
}
