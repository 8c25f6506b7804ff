package dev.offramp.agent.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class NativeLibrariesTest {
    @TempDir
    private Path directory;

    @Test
    void unpacksOnceAndAgainOnlyWhatIsNotWhole() throws Exception {
        Path runtime = directory.resolve("libonnxruntime.so");
        Path bridge = directory.resolve("libonnxruntime4j_jni.so");
        NativeLibraries.unpack(directory);
        long runtimeBytes = Files.size(runtime);
        assertThat(runtimeBytes).isGreaterThan(1 << 20);
        FileTime past = FileTime.fromMillis(0);
        Files.write(runtime, new byte[10]);
        Files.setLastModifiedTime(bridge, past);

        NativeLibraries.unpack(directory);

        assertThat(runtime).hasSize(runtimeBytes);
        assertThat(Files.getLastModifiedTime(bridge)).isEqualTo(past);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(runtime, bridge);
        }
    }
}
