package io.nanosync.flink.pg.source.split;

import java.io.IOException;
import java.io.InputStream;

/** State as released versions wrote it. */
public final class Fixtures {

    private Fixtures() {}

    /** Kind, version and case, for example {@code split-1-stream}. */
    public static byte[] read(String name) throws IOException {
        try (InputStream in = Fixtures.class.getResourceAsStream("/state/" + name + ".bin")) {
            if (in == null) {
                throw new IOException("No fixture " + name);
            }
            return in.readAllBytes();
        }
    }
}
