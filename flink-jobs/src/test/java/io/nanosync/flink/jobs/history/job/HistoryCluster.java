package io.nanosync.flink.jobs.history.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.highavailability.nonha.embedded.HaLeadershipControl;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A Flink cluster in this process that loses its TaskManagers and JobMasters. */
final class HistoryCluster implements AutoCloseable {

    private static final int TASK_MANAGERS = 2;
    private static final long SECONDS = 60;

    private final MiniCluster flink;

    /** Numbers of those that run. */
    private final List<Integer> taskManagers = new ArrayList<>();

    private int started;

    private HistoryCluster(MiniCluster flink) {
        this.flink = flink;
        for (; started < TASK_MANAGERS; started++) {
            taskManagers.add(started);
        }
    }

    static HistoryCluster start(int slotsPerTaskManager) throws Exception {
        Configuration settings = new Configuration();
        settings.setString("rest.address", "127.0.0.1");
        settings.setString("heartbeat.interval", "1000");
        settings.setString("heartbeat.timeout", "10000");
        MiniCluster flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(settings)
                                .setNumTaskManagers(TASK_MANAGERS)
                                .setNumSlotsPerTaskManager(slotsPerTaskManager)
                                .setHaServices(MiniCluster.HaServices.WITH_LEADERSHIP_CONTROL)
                                .withRandomPorts()
                                .build());
        flink.start();
        return new HistoryCluster(flink);
    }

    MiniCluster flink() {
        return flink;
    }

    /** Ends one of them and starts another in its place. */
    void loseTaskManager(int choice) throws Exception {
        int number = taskManagers.remove(choice % taskManagers.size());
        flink.terminateTaskManager(number).get(SECONDS, TimeUnit.SECONDS);
        flink.startTaskManager();
        taskManagers.add(started++);
    }

    /** The job's JobMaster loses its leadership; another one recovers the job. */
    void loseJobMaster(JobID job) throws Exception {
        HaLeadershipControl leadership = flink.getHaLeadershipControl().orElseThrow();
        leadership.revokeJobMasterLeadership(job).get(SECONDS, TimeUnit.SECONDS);
        leadership.grantJobMasterLeadership(job).get(SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        flink.closeAsync().get(SECONDS, TimeUnit.SECONDS);
    }
}
