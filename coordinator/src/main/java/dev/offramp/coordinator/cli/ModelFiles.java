package dev.offramp.coordinator.cli;

import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import dev.offramp.partition.profile.ExitProfile;
import dev.offramp.proto.ManifestFile;
import dev.offramp.proto.WireException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Networks and split models on disk. Stateless. */
final class ModelFiles {
    /** Beside a manifest: where the uncut network was when it was split. */
    private static final String SOURCE = "source";

    private static final String PROFILE = "profile.csv";

    private static final int MAX_CANDIDATES = 64;

    private ModelFiles() {}

    static OnnxNetwork network(Path file) throws CliException {
        try {
            return OnnxNetwork.read(file);
        } catch (OnnxException e) {
            throw new CliException(ExitCode.ERROR, "%s: %s".formatted(file, e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Writes the partitions, then the manifest, so that a manifest never names what is not there. */
    static void write(Cutting cutting, Path source, Path directory) throws CliException {
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve(ManifestFile.NAME));
            removePartitions(directory);
            for (int i = 0; i < cutting.files().size(); i++) {
                Files.write(
                        directory.resolve(ManifestFile.partitionFile(i)),
                        cutting.files().get(i));
            }
            Files.writeString(directory.resolve(SOURCE), source.toAbsolutePath().normalize() + System.lineSeparator());
            ManifestFile.write(directory, cutting.manifest());
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot write to %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private static void removePartitions(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(one -> one.getFileName().toString().matches("partition-\\d+\\.onnx"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    static Manifest manifest(Path directory) throws CliException {
        try {
            return ManifestFile.read(directory);
        } catch (NoSuchFileException e) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "there is no %s in %s\nMake it with: offramp model split MODEL.onnx --parts N --out %s"
                            .formatted(ManifestFile.NAME, directory, directory),
                    e);
        } catch (WireException | IOException e) {
            throw new CliException(ExitCode.ERROR, "%s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    /** The split model's files in memory, each checked against the manifest. */
    static Cutting read(Path directory) throws CliException {
        Manifest manifest = manifest(directory);
        List<byte[]> files = new ArrayList<>();
        for (var partition : manifest.partitions()) {
            Path file = directory.resolve(ManifestFile.partitionFile(partition.index()));
            try {
                byte[] bytes = Files.readAllBytes(file);
                if (!Digest.of(bytes).equals(partition.digest())) {
                    throw new CliException(
                            ExitCode.ERROR,
                            "%s has another SHA-256 than the manifest says\nMaybe it was changed or cut short: split the network again"
                                    .formatted(file));
                }
                files.add(bytes);
            } catch (IOException e) {
                throw new CliException(ExitCode.ERROR, "cannot read %s: %s".formatted(file, e.getMessage()), e);
            }
        }
        return new Cutting(manifest, files);
    }

    /** The exit profile beside a network, in a split model's directory, or beside the network that was split into it. */
    static Optional<byte[]> profile(Path model, Manifest manifest) throws CliException {
        Optional<Path> found = Files.isDirectory(model)
                ? Optional.of(model.resolve(PROFILE))
                        .filter(Files::isRegularFile)
                        .or(() -> source(model, manifest).map(network -> network.resolveSibling(PROFILE)))
                : Optional.of(model.toAbsolutePath().resolveSibling(PROFILE));
        Optional<Path> file = found.filter(Files::isRegularFile);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            int exits = ExitProfile.read(file.get()).exits();
            if (exits != manifest.exits()) {
                throw new CliException(
                        ExitCode.ERROR,
                        "%s has %d exits, %s has %d\nMaybe it is another network's: move it away, or make a new one with 'offramp profile exits'"
                                .formatted(file.get(), exits, manifest.model(), manifest.exits()));
            }
            return Optional.of(Files.readAllBytes(file.get()));
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot read %s: %s".formatted(file.get(), e.getMessage()), e);
        }
    }

    /** The network that was split into the directory: where it was then, in the directory, above it, or here. */
    static Optional<Path> source(Path directory, Manifest manifest) {
        Set<Path> candidates = new LinkedHashSet<>();
        try {
            Path note = directory.resolve(SOURCE);
            if (Files.exists(note)) {
                candidates.add(Path.of(Files.readString(note).strip()));
            }
            addNetworks(candidates, directory);
            addNetworks(candidates, directory.toAbsolutePath().normalize().getParent());
            addNetworks(candidates, Path.of("").toAbsolutePath());
        } catch (IOException e) {
            // What was found so far will do.
        }
        return candidates.stream()
                .limit(MAX_CANDIDATES)
                .filter(file -> has(file, manifest.source()))
                .findFirst();
    }

    private static void addNetworks(Set<Path> candidates, @Nullable Path directory) throws IOException {
        if (directory != null && Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> file.toString().endsWith(".onnx")).sorted().forEach(candidates::add);
            }
        }
    }

    /** The digest of a network whose weights are in files beside it covers them too. */
    private static boolean has(Path file, Digest digest) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) <= OnnxNetwork.MAX_BYTES
                    && (Digest.of(Files.readAllBytes(file)).equals(digest)
                            || OnnxNetwork.read(file).digest().equals(digest));
        } catch (IOException | OnnxException e) {
            return false;
        }
    }
}
