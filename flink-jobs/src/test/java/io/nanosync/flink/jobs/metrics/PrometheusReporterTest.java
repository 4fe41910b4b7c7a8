package io.nanosync.flink.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.testing.FreePorts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.metrics.MetricConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the plugin of a cluster listens. */
class PrometheusReporterTest {

    private final List<PrometheusReporter> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(PrometheusReporter::close);
    }

    private InetSocketAddress open(String... settings) {
        MetricConfig config = new MetricConfig();
        for (int i = 0; i < settings.length; i += 2) {
            config.setProperty(settings[i], settings[i + 1]);
        }
        PrometheusReporter reporter =
                (PrometheusReporter)
                        new PrometheusReporterFactory().createMetricReporter(new Properties());
        opened.add(reporter);
        reporter.open(config);
        return reporter.address();
    }

    @Test
    void listensOnThisMachineOnlyUnlessToldOtherwise() {
        assertThat(open("port", "0").getAddress().isLoopbackAddress()).isTrue();
        assertThat(open("port", "0", "host", "0.0.0.0").getAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void takesTheFirstFreePortOfARange() {
        int taken = open("port", "0").getPort();
        int next = FreePorts.next();
        assertThat(open("port", taken + "," + next).getPort()).isEqualTo(next);
    }

    @Test
    void saysWhereItCannotListenAndWhatToSet() {
        String taken = "" + open("port", "0").getPort();
        assertThatThrownBy(() -> open("port", taken))
                .hasMessage(
                        "Cannot serve metrics on host 127.0.0.1, port "
                                + taken
                                + ": Address already in use. Set metrics.reporter.<name>.host to"
                                + " an address of this machine and metrics.reporter.<name>.port to"
                                + " a free port or a range such as 9250-9260");
        assertThatThrownBy(() -> open("port", "many"))
                .hasMessageStartingWith("Cannot serve metrics on host 127.0.0.1, port many: ");
        assertThatThrownBy(() -> open("host", "no such host.invalid", "port", "0"))
                .hasMessageStartingWith("Cannot serve metrics on host no such host.invalid, port");
        assertThatThrownBy(() -> open("port", "70000"))
                .hasMessageStartingWith("Cannot serve metrics on host 127.0.0.1, port 70000: ");
    }
}
