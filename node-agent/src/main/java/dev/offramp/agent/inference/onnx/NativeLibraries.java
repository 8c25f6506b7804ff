package dev.offramp.agent.inference.onnx;

import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's native libraries in a directory of ours. Left alone, ONNX Runtime unpacks 20 MB into the system's
 * temporary directory at every start, and leaves them there when the process is killed. Stateless.
 */
final class NativeLibraries {
    /** Where ONNX Runtime looks for its libraries; whoever has set it knows better. */
    private static final String LOCATION = "onnxruntime.native.path";

    private static final List<String> NAMES = List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");
    private static final Logger log = LoggerFactory.getLogger(NativeLibraries.class);

    private NativeLibraries() {}

    /** Has ONNX Runtime, if it is not loaded yet, load its libraries from {@code directory}; unpacks them there once. */
    static void useFrom(Path directory) {
        if (System.getProperty(LOCATION) != null || !isLinux()) {
            return;
        }
        try {
            unpack(directory);
            System.setProperty(LOCATION, directory.toAbsolutePath().toString());
        } catch (IOException e) {
            log.warn("ONNX Runtime unpacks into the temporary directory: cannot unpack into {}: {}", directory, e);
        }
    }

    /** Unpacks what is not there in full. */
    static void unpack(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String name : NAMES) {
            unpack(name, directory);
        }
    }

    private static void unpack(String name, Path directory) throws IOException {
        String resource = "/ai/onnxruntime/native/linux-%s/%s".formatted(architecture(), name);
        URL packed = OrtSession.class.getResource(resource);
        if (packed == null) {
            throw new IOException("there is no " + resource);
        }
        URLConnection connection = packed.openConnection();
        Path file = directory.resolve(name);
        try (InputStream in = connection.getInputStream()) {
            if (Files.exists(file) && Files.size(file) == connection.getContentLengthLong()) {
                return;
            }
            Path temporary = directory.resolve(name + ".tmp");
            try {
                Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("amd64") || name.equals("x86_64") ? "x64" : name;
    }
}
