package dev.offramp.coordinator.cli.dist;

import dev.offramp.partition.artifact.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Packs a part of the built tree, with the launcher, as a gzipped tar archive for one platform. The same tree gives the
 * same bytes. An agent's archive has as much of the coordinator as {@code offramp prepare} needs. Confined to one thread.
 */
final class Distribution {
    /** What a coordinator plans and draws with, which an agent's board never does. */
    private static final Predicate<String> PLANNING =
            name -> Stream.of("ortools-", "jna", "xchart-", "hipparchus-").anyMatch(name::startsWith);

    private static final String AGENT = "node-agent";
    private static final String COORDINATOR = "coordinator";
    /** Of {@code offramp prepare}. */
    private static final String REHEARSED = "cifar10";
    /** What a new cluster can be tried with. */
    private static final String VERIFIED = "roadside";

    private final Path home;
    private final Platform platform;

    /** A finished archive. */
    record Packed(Path file, long bytes, Digest digest) {}

    Distribution(Path home, Platform platform) {
        this.home = home;
        this.platform = platform;
    }

    /** {@code offramp-agent-PLATFORM.tar.gz} in {@code out}. */
    Packed agent(Path staging, Path out) throws IOException, InterruptedException {
        stageLauncher(staging);
        stageModule(AGENT, staging, name -> true, Optional.empty());
        copy(home.resolve(AGENT).resolve("target").resolve("lib-panel"), staging, name -> true, Optional.empty());
        stageModule(COORDINATOR, staging, PLANNING.negate(), Optional.of(AGENT));
        stageNetwork(REHEARSED, staging);
        return pack(staging, out.resolve("offramp-agent-%s.tar.gz".formatted(platform)));
    }

    /** {@code offramp-coordinator-PLATFORM.tar.gz} in {@code out}. */
    Packed coordinator(Path staging, Path out) throws IOException, InterruptedException {
        stageLauncher(staging);
        stageModule(COORDINATOR, staging, name -> true, Optional.empty());
        stageNetwork(VERIFIED, staging);
        return pack(staging, out.resolve("offramp-coordinator-%s.tar.gz".formatted(platform)));
    }

    private void stageLauncher(Path staging) throws IOException {
        Files.createDirectories(staging);
        Files.copy(home.resolve("offramp"), staging.resolve("offramp"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private void stageNetwork(String name, Path staging) throws IOException {
        Path file = Path.of("partitions", "models", name, name + ".onnx");
        Files.createDirectories(staging.resolve(file).getParent());
        Files.copy(home.resolve(file), staging.resolve(file));
    }

    private void stageModule(String module, Path staging, Predicate<String> wanted, Optional<String> sharedWith)
            throws IOException {
        Path target = home.resolve(module).resolve("target");
        Path jar;
        try (Stream<Path> files = Files.list(target)) {
            jar = files.filter(file -> file.getFileName()
                            .toString()
                            .matches("offramp-" + module + "-[0-9].*(?<!-tests|-sources)\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no jar of %s in %s".formatted(module, target)));
        }
        Path place = Files.createDirectories(staging.resolve(module).resolve("target"));
        Files.copy(jar, place.resolve(jar.getFileName()));
        copy(target.resolve("lib"), staging, wanted, sharedWith);
    }

    /** @param sharedWith a module staged before: what its libraries have is only linked to */
    private void copy(Path libraries, Path staging, Predicate<String> wanted, Optional<String> sharedWith)
            throws IOException {
        Path place = Files.createDirectories(staging.resolve(home.relativize(libraries)));
        List<Path> jars;
        try (Stream<Path> files = Files.list(libraries)) {
            jars = files.sorted().toList();
        }
        for (Path jar : jars) {
            String name = jar.getFileName().toString();
            if (!wanted.test(name) || !platform.wantsJar(name)) {
                continue;
            }
            Optional<Path> same = sharedWith
                    .map(module -> staging.resolve(module)
                            .resolve("target")
                            .resolve("lib")
                            .resolve(name))
                    .filter(Files::exists);
            if (same.isPresent()) {
                Files.createSymbolicLink(place.resolve(name), place.relativize(same.get()));
            } else if (Platform.isMixed(name)) {
                slim(jar, place.resolve(name));
            } else {
                Files.copy(jar, place.resolve(name));
            }
        }
    }

    /** Copies a jar without the natives of other platforms. */
    private void slim(Path jar, Path slimmed) throws IOException {
        try (ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream to = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(slimmed)))) {
            for (ZipEntry entry : (Iterable<ZipEntry>) from.stream().map(ZipEntry.class::cast)::iterator) {
                if (platform.wants(entry.getName()) && !entry.isDirectory()) {
                    ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    to.putNextEntry(copy);
                    try (InputStream in = from.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                    to.closeEntry();
                }
            }
        }
    }

    private static Packed pack(Path staging, Path archive) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder(
                        "tar",
                        "--create",
                        "--directory=" + staging,
                        "--sort=name",
                        "--mtime=@0",
                        "--owner=0",
                        "--group=0",
                        "--numeric-owner",
                        "--mode=u=rwX,go=rX",
                        "--use-compress-program=gzip -n -6",
                        "--file=" + archive,
                        ".")
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar cannot write %s: see above".formatted(archive));
        }
        Digest digest = digest(archive);
        Files.writeString(
                archive.resolveSibling(archive.getFileName() + ".sha256"),
                "%s  %s%n".formatted(digest.hex(), archive.getFileName()));
        return new Packed(archive, Files.size(archive), digest);
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha = Digest.sha256();
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.of(sha);
    }
}
