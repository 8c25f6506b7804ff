package dev.offramp.coordinator.cli.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
    @TempDir
    private Path directory;

    private Path home;

    @BeforeEach
    void aBuiltTree() throws IOException {
        home = directory.resolve("home");
        write("offramp", "#!/usr/bin/env bash\n");
        assertThat(home.resolve("offramp").toFile().setExecutable(true)).isTrue();
        write("node-agent/target/offramp-node-agent-1.0.jar", "agent");
        write("node-agent/target/offramp-node-agent-1.0-tests.jar", "tests");
        write("node-agent/target/lib/grpc-core-1.jar", "grpc");
        write("node-agent/target/lib-panel/pi4j-core-2.jar", "pins");
        jar(
                "node-agent/target/lib/onnxruntime-1.jar",
                "ai/onnxruntime/OrtSession.class",
                "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
                "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
                "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib");
        write("coordinator/target/offramp-coordinator-1.0.jar", "coordinator");
        write("coordinator/target/lib/grpc-core-1.jar", "grpc");
        write("coordinator/target/lib/ortools-java-9.jar", "solver");
        write("coordinator/target/lib/ortools-linux-x86-64-9.jar", "natives");
        write("coordinator/target/lib/ortools-linux-aarch64-9.jar", "natives");
        jar(
                "coordinator/target/lib/sqlite-jdbc-3.jar",
                "org/sqlite/JDBC.class",
                "org/sqlite/native/Linux/aarch64/libsqlitejdbc.so",
                "org/sqlite/native/Linux-Musl/aarch64/libsqlitejdbc.so",
                "org/sqlite/native/Windows/x86_64/sqlitejdbc.dll");
        write("partitions/models/cifar10/cifar10.onnx", "network");
        write("partitions/models/roadside/roadside.onnx", "example");
    }

    private void write(String file, String text) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void jar(String file, String... entries) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        try (OutputStream out = Files.newOutputStream(path);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private Distribution.Packed pack(String name, boolean agent) throws IOException, InterruptedException {
        Path staging = directory.resolve(name + "-staging");
        Path out = Files.createDirectories(directory.resolve(name));
        Distribution distribution = new Distribution(home, Platform.LINUX_AARCH64);
        return agent ? distribution.agent(staging, out) : distribution.coordinator(staging, out);
    }

    private Path unpacked(Distribution.Packed packed) throws IOException, InterruptedException {
        Path place = Files.createDirectories(directory.resolve("unpacked"));
        Process tar = new ProcessBuilder("tar", "-xzf", packed.file().toString(), "-C", place.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return place;
    }

    private static List<String> entries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    @Test
    void anAgentHasItsPlatformsNativesAndWhatPrepareNeedsOfTheCoordinator() throws IOException, InterruptedException {
        Path place = unpacked(pack("out", true));

        assertThat(place.resolve("offramp")).isExecutable();
        assertThat(place.resolve("node-agent/target/offramp-node-agent-1.0.jar"))
                .hasContent("agent");
        assertThat(place.resolve("node-agent/target/offramp-node-agent-1.0-tests.jar"))
                .doesNotExist();
        assertThat(place.resolve("node-agent/target/lib-panel/pi4j-core-2.jar")).hasContent("pins");
        assertThat(entries(place.resolve("node-agent/target/lib/onnxruntime-1.jar")))
                .containsExactly(
                        "ai/onnxruntime/OrtSession.class", "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so");
        assertThat(entries(place.resolve("coordinator/target/lib/sqlite-jdbc-3.jar")))
                .containsExactly("org/sqlite/JDBC.class", "org/sqlite/native/Linux/aarch64/libsqlitejdbc.so");
        assertThat(place.resolve("coordinator/target/lib/grpc-core-1.jar"))
                .isSymbolicLink()
                .hasContent("grpc");
        assertThat(place.resolve("coordinator/target/lib/ortools-java-9.jar")).doesNotExist();
        assertThat(place.resolve("partitions/models/cifar10/cifar10.onnx")).hasContent("network");
    }

    @Test
    void aCoordinatorHasItsPlatformsSolverAndNoAgent() throws IOException, InterruptedException {
        Path place = unpacked(pack("out", false));

        assertThat(place.resolve("coordinator/target/lib"))
                .isDirectoryContaining("glob:**ortools-java-9.jar")
                .isDirectoryContaining("glob:**ortools-linux-aarch64-9.jar")
                .isDirectoryNotContaining("glob:**ortools-linux-x86-64-9.jar");
        assertThat(place.resolve("node-agent")).doesNotExist();
        assertThat(place.resolve("partitions/models/roadside/roadside.onnx")).hasContent("example");
    }

    @Test
    void theSameTreeGivesTheSameBytesAndTheirDigestIsBesideThem() throws IOException, InterruptedException {
        Distribution.Packed first = pack("first", true);
        Distribution.Packed second = pack("second", true);

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(directory.resolve("first/offramp-agent-linux-aarch64.tar.gz.sha256"))
                .hasContent(first.digest().hex() + "  offramp-agent-linux-aarch64.tar.gz\n");
    }

    @Test
    void aPlatformThatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> Platform.of("linux-armv6"))
                .hasMessage("platform 'linux-armv6' is not known: expected one of [linux-aarch64, linux-x86_64]");
    }
}
