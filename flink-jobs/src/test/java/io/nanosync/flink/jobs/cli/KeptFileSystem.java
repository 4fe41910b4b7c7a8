package io.nanosync.flink.jobs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;

/** Files of this machine under a scheme of their own, which only a plugin of Flink's knows. */
public final class KeptFileSystem extends LocalFileSystem {

    @Override
    public URI getUri() {
        return URI.create("kept:///");
    }

    /** Wants a setting of Flink's configuration, as those of object stores do. */
    public static final class Factory implements FileSystemFactory {

        private boolean open;

        @Override
        public void configure(Configuration settings) {
            open = settings.getString("kept.open", "").equals("yes");
        }

        @Override
        public String getScheme() {
            return "kept";
        }

        @Override
        public FileSystem create(URI uri) throws IOException {
            if (!open) {
                throw new IOException("Without kept.open: yes nobody sees " + uri);
            }
            return new KeptFileSystem();
        }
    }

    /** Makes a folder of Flink's plugins that has it. */
    static Path pluginsIn(Path folder) throws IOException {
        Path plugin = Files.createDirectories(folder.resolve("plugins/kept"));
        try (JarOutputStream jar =
                new JarOutputStream(Files.newOutputStream(plugin.resolve("kept.jar")))) {
            for (Class<?> type : new Class<?>[] {KeptFileSystem.class, Factory.class}) {
                String name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream bytes = type.getClassLoader().getResourceAsStream(name)) {
                    if (bytes == null) {
                        throw new IOException("No class file " + name);
                    }
                    bytes.transferTo(jar);
                }
            }
            jar.putNextEntry(
                    new JarEntry("META-INF/services/" + FileSystemFactory.class.getName()));
            jar.write(Factory.class.getName().getBytes(StandardCharsets.UTF_8));
        }
        return plugin.getParent();
    }
}
