package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.DsnOption;
import io.nanosync.flink.pg.config.SourceOption;
import io.nanosync.flink.pg.config.SourceOptions;
import java.util.List;

/** Renders the configuration reference from the tables that the reader itself uses. */
final class ConfigurationReference {

    private static final String INTRODUCTION =
            """
# Configuration

<!-- Rendered from code. Edit FileKeys, SourceOptions or DsnOption, then run the tests
     with -Dnanosync.docs.update=true. -->

A pipelines file is YAML. It is read completely, and every problem is reported at once
with line and column. Unknown keys are errors. Values may be quoted or not.

`${env:NAME}` in any value stands for an environment variable; one that isn't set is an
error. Variables are put in after the file was parsed, so a value can add no YAML. In a
connection string a variable between `://` and `@` stands for exactly its value: special
characters need no encoding there. A variable that holds a whole connection string is
read as one.

""";

    private static final String EXAMPLE =
            """
            ```yaml
            state_dir: file:///var/lib/nanosync
            metrics_port: 9249

            connections:
              - name: prod-postgres
                type: postgres
                dsn: "postgres://nanosync:${env:PG_PASSWORD}@db.prod:5432/mydb?sslmode=require"

            pipelines:
              - name: orders-pipeline
                source:
                  connection: prod-postgres
                  tables:
                    - public.orders
                    - public.order_items
                    - 'sales."Mixed.Case"'
                    - archive.*
                    - {name: public.events, partition_strategy: minmax, partition_column: id}
                  properties:
                    snapshot_workers: "4"
                    chunk_size: "10000"
                sink:
                  type: arrow
                  path: file:///var/lib/nanosync/out
                checkpoint_interval: 10s
                parallelism: 2
            ```

            """;

    private static final String NAMES =
            """
## Names of slot and publication

They are `nanosync_slot_<pipeline>` and `nanosync_pub_<pipeline>`. A pipeline name of
lower-case letters, digits and underscores is taken as it is. Any other, and one that
would make the result longer than PostgreSQL's 63 bytes, is folded to those characters,
cut, and ends in `_` and eight digits of its hash, so that no two pipelines share a slot.
`nanosync validate` prints the names.

""";

    private static final String DSN =
            """
## Connection strings

```
%s
```

`postgresql://` means the same. The port is 5432 where it is left out. Several hosts are
joined by commas, each with its port; an IPv6 address stands in brackets. Special
characters in any part are percent-encoded: `@` as `%%40`, `:` as `%%3A`, `/` as `%%2F`,
`?` as `%%3F`, `%%` as `%%25`. No error message prints a password.

""";

    private static final String PROPERTIES =
            """
            ## Properties of the source

            In Flink SQL the same properties have dashes in place of underscores.

            Durations are numbers with units, such as `500ms`, `10s`, `1m30s`.

            """;

    private static final String PARTITIONING =
            """
## How the snapshot divides tables

| Strategy | Best for | Costs |
| --- | --- | --- |
| `ctid` (default) | Most tables. Physical page ranges: fast, and no statistics are needed. | nothing |
| `ntile` | Tables with much dead space. Equal numbers of rows a part, however they lie. | One sort of the column before the first row of any table, which may write temporary files up to the role's `temp_file_limit`. |
| `minmax` | Numbers and timestamps that are evenly spread. Equal ranges of values. | One scan of the column, or nothing with an index on it. |

`ntile` and `minmax` make four parts for each of the `snapshot_workers`, fewer of a table
below 1 MB a part. Each part is a range of values, the lowest and the highest without an
end, and one more holds the nulls. Without an index on `partition_column` each part reads
the whole table; with one, what lies in its range, fastest where the table is in the order
of the column. A table whose column doesn't divide it is read by pages. Partitions are
divided each for itself.

The column has to be in every table that doesn't say its own. `minmax` takes integers,
`numeric`, floats, dates and timestamps, and domains over these; `ntile` takes every type
with an order, but for those with an enumeration or a `regclass` and the like as a part:
what such a part is written as can be renamed meanwhile. Values are compared by
PostgreSQL, under the column's own collation.

Before PostgreSQL 14 tables are read whole by one worker, whatever the strategy.

""";

    private ConfigurationReference() {}

    static String render() {
        StringBuilder page = new StringBuilder(INTRODUCTION).append(EXAMPLE);
        keys(page, "The file", FileKeys.FILE);
        keys(page, "`connections`", FileKeys.CONNECTION);
        keys(page, "`pipelines`", FileKeys.PIPELINE);
        keys(page, "`source`", FileKeys.PIPELINE_SOURCE);
        keys(page, "An entry of `tables` with keys", FileKeys.TABLE);
        keys(page, "`sink`", FileKeys.SINK_ARROW);
        page.append(NAMES).append(DSN.formatted(Dsn.FORM));
        dsnOptions(page);
        page.append(PROPERTIES);
        SourceOptions.all().stream()
                .map(SourceOption::section)
                .distinct()
                .forEach(section -> properties(page, section));
        page.append(PARTITIONING);
        return page.toString().stripTrailing() + "\n";
    }

    private static void keys(StringBuilder page, String title, List<FileKey> keys) {
        page.append("## ").append(title).append("\n\n");
        row(page, "Key", "Default", "Description");
        row(page, "---", "---", "---");
        for (FileKey key : keys) {
            row(page, code(key.name()), defaultOf(key), key.description());
        }
        page.append('\n');
    }

    private static String defaultOf(FileKey key) {
        if (key.required()) {
            return "required";
        }
        String text = key.defaultText();
        return text == null ? "none" : text;
    }

    private static void dsnOptions(StringBuilder page) {
        row(page, "Option", "Example", "Description");
        row(page, "---", "---", "---");
        for (DsnOption option : DsnOption.all()) {
            row(page, code(option.name()), code(option.example()), choices(option));
        }
        page.append('\n');
    }

    private static String choices(DsnOption option) {
        boolean named =
                option.choices().stream().allMatch(choice -> option.description().contains(choice));
        return named
                ? option.description()
                : option.description()
                        + " One of "
                        + String.join(
                                ", ",
                                option.choices().stream()
                                        .map(ConfigurationReference::code)
                                        .toList())
                        + ".";
    }

    private static void properties(StringBuilder page, SourceOption.Section section) {
        page.append("### ").append(section.title()).append("\n\n");
        row(page, "Property", "Default", "Values", "Description");
        row(page, "---", "---", "---", "---");
        for (SourceOption<?> option : SourceOptions.all()) {
            if (option.section() == section) {
                String text = option.defaultText();
                row(
                        page,
                        code(option.name()),
                        text == null ? "" : code(text),
                        option.type().expected(),
                        option.description());
            }
        }
        page.append('\n');
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
