package io.nanosync.flink.jobs.local;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Where a process of this machine listens, as Linux tells. */
public final class ListeningSockets {

    private static final String LISTENS = "0A";
    private static final int WORD = 4;

    private ListeningSockets() {}

    /** Addresses with ports, such as {@code /127.0.0.1:8081}. */
    public static List<String> of(long pid) throws IOException {
        Set<String> inodes = sockets(pid);
        List<String> found = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] field = line.strip().split("\\s+", -1);
                if (field[3].equals(LISTENS) && inodes.contains("socket:[" + field[9] + "]")) {
                    found.add(address(field[1]));
                }
            }
        }
        return found;
    }

    private static Set<String> sockets(long pid) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                try {
                    sockets.add(Files.readSymbolicLink(file).toString());
                } catch (NoSuchFileException closedMeanwhile) {
                    // It isn't listened on any more.
                }
            }
        }
        return sockets;
    }

    /**
     * @param text hexadecimal: words of the address, each as the machine keeps it, and the port
     */
    private static String address(String text) throws IOException {
        String[] parts = text.split(":", -1);
        byte[] words = HexFormat.of().parseHex(parts[0]);
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i / WORD * WORD + WORD - 1 - i % WORD];
        }
        return InetAddress.getByAddress(bytes) + ":" + Integer.parseInt(parts[1], 16);
    }
}
