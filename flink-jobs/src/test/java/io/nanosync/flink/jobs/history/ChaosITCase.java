package io.nanosync.flink.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.history.nemesis.Action;
import io.nanosync.flink.jobs.history.nemesis.Actions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeds one after the other for {@code -Dminutes}, from {@code -Dseed} on. A broken promise is
 * printed with its seed; {@code -Dminutes=0 -Dseed=S} lives that one again, {@code -DsameSeed=true}
 * again and again. Seeds below 1000 know neither ranges of values nor slots made by hand, those
 * below 20000 no publication but of all rows and columns of the tables, those below 40000 no table
 * that is added or removed, those below 50000 none that is read again, those below 60000 no COPY,
 * those below 70000 no transaction that is delivered whole, those below 75000 no schema that
 * changes, those below 80000 no standby that is promoted, those below 90000 no schema that is
 * refused for a while.
 */
@Tag("chaos")
@Timeout(value = 12, unit = TimeUnit.HOURS)
final class ChaosITCase {

    private static final long MINUTES = Long.getLong("minutes", 5);
    private static final boolean SAME = Boolean.getBoolean("sameSeed");
    private static final long SEED = Long.getLong("seed", System.currentTimeMillis());

    @TempDir private Path folder;

    @Test
    void keepsItsPromisesWhateverHappens() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
        List<Action> choice = Actions.named(System.getProperty("actions", "all"));
        try (Campaign campaign = new Campaign(folder)) {
            long seed = SEED;
            do {
                campaign.live(Plan.draw(seed, choice));
                seed += SAME ? 0 : 1;
            } while (System.nanoTime() < end);
            System.out.println(campaign.summary());
            assertThat(campaign.violations()).isEmpty();
        }
    }
}
