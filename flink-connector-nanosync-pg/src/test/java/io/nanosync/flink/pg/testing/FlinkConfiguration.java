package io.nanosync.flink.pg.testing;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code config.yaml} of a cluster for tests: small, quick to notice failures and to recover. */
final class FlinkConfiguration {

    private FlinkConfiguration() {}

    static Map<String, String> lines(
            Path folder, int restPort, boolean highlyAvailable, Map<String, String> more) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("jobmanager.rpc.address", "127.0.0.1");
        lines.put("jobmanager.rpc.port", highlyAvailable ? "0" : "" + FreePorts.next());
        lines.put("jobmanager.bind-host", "127.0.0.1");
        lines.put("jobmanager.memory.process.size", "1024m");
        lines.put("taskmanager.bind-host", "127.0.0.1");
        lines.put("taskmanager.host", "127.0.0.1");
        lines.put("taskmanager.numberOfTaskSlots", "2");
        // Over all TaskManagers, so that killing any of them hits the job.
        lines.put("taskmanager.load-balance.mode", "SLOTS");
        lines.put("taskmanager.memory.process.size", "1536m");
        lines.put("taskmanager.memory.managed.size", "64m");
        lines.put("rest.address", "127.0.0.1");
        lines.put("rest.bind-address", "127.0.0.1");
        lines.put("rest.port", "" + restPort);
        lines.put("io.tmp.dirs", folder.resolve("tmp").toString());
        lines.put("web.upload.dir", folder.resolve("upload").toString());
        lines.put("web.refresh-interval", "100");
        lines.put("execution.checkpointing.interval", "500ms");
        lines.put("execution.checkpointing.dir", folder.resolve("cp").toUri().toString());
        lines.put("execution.checkpointing.savepoint-dir", folder.resolve("sp").toUri().toString());
        lines.put(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        lines.put("restart-strategy.type", "fixed-delay");
        lines.put("restart-strategy.fixed-delay.attempts", "1000");
        lines.put("restart-strategy.fixed-delay.delay", "1s");
        lines.put("heartbeat.interval", "1000");
        lines.put("heartbeat.timeout", "5000");
        if (highlyAvailable) {
            int port = FreePorts.next();
            lines.put("high-availability.type", "zookeeper");
            lines.put("high-availability.zookeeper.quorum", "127.0.0.1:" + port);
            lines.put("high-availability.storageDir", folder.resolve("ha").toUri().toString());
            lines.put("high-availability.cluster-id", "/test");
            lines.put("high-availability.zookeeper.client.session-timeout", "4000");
            lines.put("high-availability.zookeeper.client.connection-timeout", "3000");
        }
        lines.putAll(more);
        return lines;
    }

    /** The port that ZooKeeper listens on, as {@link #lines} chose it. */
    static int zooKeeperPort(Map<String, String> lines) {
        String quorum = lines.getOrDefault("high-availability.zookeeper.quorum", ":0");
        return Integer.parseInt(quorum.substring(quorum.lastIndexOf(':') + 1));
    }
}
