package io.nanosync.flink.jobs.history.broken;

import io.nanosync.flink.jobs.history.Capture;
import io.nanosync.flink.jobs.history.Delivery;
import io.nanosync.flink.jobs.history.Groundwork;
import io.nanosync.flink.jobs.history.Plan;
import io.nanosync.flink.jobs.history.Schemas;
import io.nanosync.flink.jobs.history.Setting;
import io.nanosync.flink.jobs.history.check.Violation.Kind;
import io.nanosync.flink.jobs.history.load.Division;
import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.jobs.history.load.Published;
import io.nanosync.flink.jobs.history.nemesis.Action;
import io.nanosync.flink.jobs.history.nemesis.Alteration;
import io.nanosync.flink.jobs.history.nemesis.CatalogChange;
import io.nanosync.flink.jobs.history.nemesis.Fault;
import io.nanosync.flink.jobs.history.nemesis.Promotion;
import io.nanosync.flink.jobs.history.nemesis.ReadAgain;
import io.nanosync.flink.jobs.history.nemesis.SchemaDrift;
import io.nanosync.flink.jobs.history.nemesis.Script;
import io.nanosync.flink.jobs.history.nemesis.Step;
import io.nanosync.flink.pg.config.PartitionStrategy;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** The mistakes, and for each the shortest history that shows it. */
enum Broken {
    /** A reconnect confirms what was fetched. */
    CONFIRMS_WHAT_WAS_FETCHED(
            Kind.CONFIRMED_TOO_FAR,
            Plan.of(1, 18, Script.reconnectThenCrash(Fault.FAIL_OPERATOR, 1)),
            new Edit(
                    "source/reader/StreamSession.java",
                    "                session.start(place.lsn());",
                    "checkpointed.restored("
                            + "io.nanosync.flink.pg.wal.StreamPosition.at(place.lsn()));"
                            + " session.start(place.lsn());")),

    /** The last ctid range of a table is left out. */
    DROPS_THE_LAST_RANGE(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(2, 18),
            new Edit(
                    "source/enumerator/snapshot/SnapshotCursor.java",
                    "            return split(table, table.files().get(position.file()));",
                    "SnapshotSplit made = split(table, table.files().get(position.file())); if"
                        + " (made.rows() instanceof RowRange.Blocks rows && rows.to() == null &&"
                        + " rows.from() > 0) { continue; } return made;")),

    /** A split counts as finished as soon as a reader says so. A truncate would hide it. */
    FORGETS_UNCONFIRMED_SPLITS(
            Kind.NOT_EXACTLY_ONCE,
            new Plan(
                    3,
                    18,
                    2,
                    3_000,
                    false,
                    false,
                    1_000,
                    new Script(Collections.nCopies(8, step(500, Fault.FAIL_OPERATOR))),
                    Setting.PLAIN),
            new Edit(
                    "source/enumerator/snapshot/SplitTracker.java",
                    "        entry.reported = true;",
                    "        entry.reported = true; out.remove(splitId);"),
            new Edit(
                    "source/enumerator/snapshot/SplitTracker.java",
                    "            out.remove(split.splitId());",
                    "            if (out.remove(split.splitId()) == null) { continue; }")),

    /** Reading goes on behind the LSN of the last row. */
    RESUMES_BY_ROW(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(
                    4,
                    18,
                    Collections.nCopies(20, step(250, Fault.END_WALSENDER)).toArray(Step[]::new)),
            new Edit(
                    "source/reader/ChangeAssembler.java",
                    "        return new StreamPosition(end, taken.partial(begin));",
                    "        return begin != null && taken.ordinal() > 0"
                            + " ? StreamPosition.at(messageLsn)"
                            + " : new StreamPosition(end, taken.partial(begin));")),

    /** Changes of a table that isn't known are no concern, whatever its name. */
    IGNORES_UNKNOWN_OIDS(
            Kind.GAP_WITHOUT_REFUSAL,
            Plan.of(5, 18, step(0, CatalogChange.RECREATE_TABLE)),
            new Edit(
                    "source/reader/StreamRelations.java",
                    "        if (namesake != null && !shown.contain(namesake)) {",
                    "        if (namesake != null && namesake == -1) {"),
            new Edit(
                    "relation/contract/ContractComparison.java",
                    "                gone(table, named);",
                    ""),
            new Edit(
                    "relation/contract/ContractComparison.java",
                    "                swapped(table, terms, named);",
                    "")),

    /** Rows without a value are in no range. */
    DROPS_THE_RANGE_OF_NULLS(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(6, 18).in(dividedBy(PartitionStrategy.MINMAX)),
            new Edit(
                    "client/jdbc/ValueRanges.java",
                    "        if (nulls) {",
                    "        if (nulls && conditions.isEmpty()) {")),

    /** A bound belongs to the ranges on both of its sides. */
    OVERLAPPING_RANGES(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(7, 18).in(dividedBy(PartitionStrategy.NTILE)),
            new Edit(
                    "client/jdbc/ValueRanges.java",
                    "column.compared() + \" \" + column.less() + \" \" + bound;",
                    "\"NOT \" + bound + \" \" + column.less() + \" \" + column.compared();")),

    /** What a snapshot beside its slot shows comes as a change too. */
    DELIVERS_WHAT_THE_SNAPSHOT_SHOWS(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(8, 18)
                    .in(
                            new Setting(
                                    Division.BY_BLOCKS,
                                    Groundwork.PUBLICATION_FIRST,
                                    new Script(List.of()))),
            new Edit(
                    "source/reader/ShownChanges.java",
                    "            if (tables.contains(table)) {",
                    "            if (tables.contains(table) && table == 0) {")),

    /** The same where nothing is told of it but inserts. */
    DELIVERS_INSERTS_THAT_THE_SNAPSHOT_SHOWS(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(9, 18).in(publishing(Published.inserts())),
            new Edit(
                    "source/reader/ShownChanges.java",
                    "            if (tables.contains(table)) {",
                    "            if (tables.contains(table) && table == 0) {")),

    /** The snapshot has rows that the publication doesn't publish. */
    IGNORES_THE_ROW_FILTER(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(10, 18).in(publishing(Published.someRows())),
            new Edit(
                    "source/reader/RowFilters.java",
                    "        return filter.orElse(null);",
                    "        return null;")),

    /** The snapshot lacks rows that the publication publishes. */
    FILTERS_TOO_MUCH(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(11, 18).in(publishing(Published.someRows())),
            new Edit(
                    "source/reader/SnapshotQuery.java",
                    "conditions.add(inOrder(filter));",
                    "conditions.add(inOrder(\"(\" + filter + \") AND ctid::text NOT LIKE"
                            + " '%7)'\"));")),

    /** A reader that goes back behind the addition of a table streams without it. */
    FORGETS_AN_ADDED_TABLE(
            Kind.NOT_EXACTLY_ONCE,
            new Plan(
                    12,
                    18,
                    2,
                    2_000,
                    true,
                    false,
                    1_000,
                    new Script(
                            List.of(
                                    step(3_000, Alteration.ALTER_AT_SAVEPOINT),
                                    step(3_500, Fault.FAIL_OPERATOR),
                                    step(3_500, Fault.FAIL_OPERATOR),
                                    step(3_500, Fault.FAIL_OPERATOR),
                                    step(3_500, Fault.FAIL_OPERATOR),
                                    step(3_500, Fault.FAIL_OPERATOR))),
                    altering("plain", "toasted")),
            new Edit(
                    "source/enumerator/StreamPhase.java",
                    "        threads.send(subtask, new StreamGranted(stream.granted()));",
                    "        threads.send(subtask, new StreamGranted(List.of()));")),

    /** What the snapshot of an added table shows comes as a change too. */
    DELIVERS_WHAT_AN_ADDED_TABLE_SHOWED(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(13, 18, step(1_000, Alteration.ALTER_AT_CHECKPOINT))
                    .in(altering("plain", "parted", "keyless")),
            new Edit(
                    "source/enumerator/snapshot/SnapshotPlan.java",
                    "                                    contract,\n"
                            + "                                    boundaries()));",
                    "contract, List.of()));")),

    /** A table that was removed is captured still. */
    CAPTURES_A_REMOVED_TABLE(
            Kind.NOT_EXACTLY_ONCE,
            // Where the table leaves the publication too that is a gap, and refused.
            Plan.of(14, 18, step(1_000, Alteration.ALTER_AT_SAVEPOINT))
                    .in(
                            publishing(Published.allTables())
                                    .with(
                                            new Capture(
                                                    LoadTables.names(),
                                                    Capture.without("plain", "parted").steady()))),
            new Edit(
                    "source/split/StreamExtension.java",
                    "                        stream.tables().stream()\n"
                            + "                                .filter(table ->"
                            + " !removed.contains(table.oid()))\n",
                    "stream.tables().stream()")),

    /** Rows of a table that is read again come beside those that came before. */
    READS_AGAIN_WITHOUT_A_TRUNCATE(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(15, 18, step(6_000, ReadAgain.READ_AGAIN)).in(Setting.PLAIN.readingAgain()),
            new Edit(
                    "source/enumerator/snapshot/SnapshotPlan.java",
                    "if (again || emitted.contains(table.oid())) {",
                    "if (emitted.contains(table.oid())) {")),

    /** A table that is read again is streamed as before, what its snapshot shows too. */
    STREAMS_ON_WHAT_IS_READ_AGAIN(
            Kind.NOT_EXACTLY_ONCE,
            new Plan(
                    16,
                    18,
                    2,
                    500,
                    true,
                    false,
                    1_000,
                    new Script(
                            LongStream.range(0, 4)
                                    .mapToObj(
                                            seed ->
                                                    new Step(
                                                            List.of(ReadAgain.READ_AGAIN_AT_START),
                                                            0,
                                                            0,
                                                            6_000,
                                                            seed))
                                    .toList()),
                    Setting.PLAIN.readingAgain()),
            new Edit(
                    "source/split/StreamExtension.java",
                    "        shown.addAll(boundaries);",
                    "boundaries.stream().filter(boundary ->"
                        + " boundary.tables().stream().noneMatch(removed::contains)).forEach(shown::add);")),

    /** A request goes away, and nothing else happens. */
    FORGETS_A_REQUEST(
            Kind.NOT_READ_AS_ASKED,
            Plan.of(17, 18, step(3_000, ReadAgain.READ_AGAIN)).in(Setting.PLAIN.readingAgain()),
            new Edit(
                    "source/enumerator/server/PipelineServer.java",
                    "        return tables(stream.tables()).beside(stream,"
                            + " ResnapshotRequests.tables(asked)).isNone()",
                    "        return tables(stream.tables()).beside(stream, List.of()).isNone()")),

    /** A transaction that is to come whole is given as soon as there is a page of it. */
    GIVES_PARTS_OF_TRANSACTIONS(
            Kind.TORN_TRANSACTION,
            Plan.of(18, 18, step(3_000, Fault.END_WALSENDER))
                    .in(Setting.PLAIN.delivering(Delivery.WHOLE)),
            new Edit(
                    "source/reader/StreamPages.java",
                    "        return held == null || !assembler.isInMidst();",
                    "        return held == null || assembler.isFull() ||"
                            + " !assembler.isInMidst();")),

    /** Nobody is told where transactions end. */
    MARKS_NO_END(
            Kind.TORN_TRANSACTION,
            Plan.of(19, 18, step(1_000, Fault.END_WALSENDER))
                    .in(Setting.PLAIN.delivering(Delivery.WHOLE)),
            new Edit(
                    "source/reader/WholeTransactions.java",
                    "        return index == size() - 1 ? batch.endingTransaction() : batch;",
                    "        return batch;")),

    /** Any schema will do. */
    ACCEPTS_BY_ITSELF(
            Kind.UNREVIEWED_SCHEMA,
            Plan.of(20, 18, step(3_000, SchemaDrift.ALTER_SCHEMA))
                    .in(Setting.PLAIN.changing(Schemas.ASK)),
            new Edit(
                    "source/reader/DriftReview.java",
                    "            if (approved || byItself) {",
                    "            if (approved || byItself || !drift.id().isEmpty()) {")),

    /** What was accepted isn't known any more when the stream comes there again. */
    FORGETS_WHAT_WAS_ACCEPTED(
            Kind.STALLED,
            Plan.of(
                            21,
                            18,
                            LongStream.range(0, 5)
                                    .mapToObj(Broken::acceptedAndLost)
                                    .toArray(Step[]::new))
                    .in(Setting.PLAIN.changing(Schemas.ASK)),
            new Edit(
                    "source/enumerator/StreamPauses.java",
                    "            resumed.addAll(goesOn.drifts());",
                    "resumed.addAll(goesOn.drifts());"
                            + " threads.onIoThread(() -> server.forgetDrifts(goesOn.drifts()));")),

    /** The stream goes on behind the transaction in which the schema has changed. */
    SKIPS_BEHIND_AN_ACCEPTED_SCHEMA(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(22, 18, step(3_000, SchemaDrift.ALTER_SCHEMA))
                    .in(Setting.PLAIN.changing(Schemas.ASK)),
            new Edit(
                    "source/reader/ChangeAssembler.java",
                    "        reconnect();\n        builders.forget(former);",
                    "Begin open = begin; reconnect(); if (open != null) { end = new"
                            + " Lsn(open.finalLsn().value() + 1); taken.resume(null); }"
                            + " builders.forget(former);")),

    /** The first half of a transaction comes in front of the change that is waited for. */
    GIVES_WHAT_LIES_IN_FRONT(
            Kind.TORN_TRANSACTION,
            Plan.of(
                            23,
                            18,
                            step(2_000, SchemaDrift.ALTER_IN_A_TRANSACTION),
                            step(2_000, SchemaDrift.ALTER_IN_A_TRANSACTION),
                            step(2_000, SchemaDrift.ALTER_IN_A_TRANSACTION))
                    .in(Setting.PLAIN.changing(Schemas.ASK).delivering(Delivery.WHOLE)),
            new Edit(
                    "source/reader/StreamWork.java",
                    "        if (!pages.mayGive() || !(pages",
                    "        if (drifts.met() == null && !pages.mayGive() || !(pages")),

    /** Behind a promotion what the copy of the slot begins with is read, whatever was read. */
    READS_FROM_THE_COPY_OF_THE_SLOT(
            Kind.NOT_EXACTLY_ONCE,
            Plan.of(24, 18, step(3_000, Promotion.FAIL_OVER)).in(Setting.PLAIN.promoting()),
            new Edit(
                    "source/reader/StreamSession.java",
                    "                                        place.lsn(),\n"
                            + "                                        binary);",
                    "server.timeline() == place.timeline().number() ? place.lsn() : new Lsn(0),"
                            + " binary);"));

    private final Kind shownAs;
    private final Plan plan;
    private final List<Edit> edits;

    Broken(Kind shownAs, Plan plan, Edit... edits) {
        this.shownAs = shownAs;
        this.plan = plan;
        this.edits = List.of(edits);
    }

    private static Step step(long restMillis, Action action) {
        return new Step(List.of(action), 0, 0, restMillis, 1);
    }

    /** No checkpoint has the schema when the job goes back. */
    private static Step acceptedAndLost(long seed) {
        return new Step(
                List.of(Fault.DECLINE_CHECKPOINTS, SchemaDrift.ALTER_ACCEPT_AND_FAIL),
                0,
                200,
                1_000,
                seed);
    }

    private static Setting dividedBy(PartitionStrategy strategy) {
        return new Setting(
                Division.of(strategy, false), Groundwork.PIPELINE, new Script(List.of()));
    }

    private static Setting altering(String... tables) {
        return Setting.PLAIN.with(Capture.without(tables));
    }

    private static Setting publishing(Published published) {
        return new Setting(
                Division.BY_BLOCKS, Groundwork.PUBLICATION_FIRST, published, new Script(List.of()));
    }

    /** The promise that it breaks; others may break with it. */
    Kind shownAs() {
        return shownAs;
    }

    Plan plan() {
        return plan;
    }

    List<Edit> edits() {
        return edits;
    }
}
