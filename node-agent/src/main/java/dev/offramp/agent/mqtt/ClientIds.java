package dev.offramp.agent.mqtt;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.feed.ReceiverId;
import dev.offramp.proto.identity.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What this node's connections are called at brokers. A broker throws out whoever is connected under the name that
 * somebody else brings; so no other node has these, not even one of the same name in another cluster, and they stay the
 * same over restarts, so that what a crash has left connected gives way. Immutable.
 *
 * @param installation drawn when the data directory was new
 */
public record ClientIds(NodeId node, String installation) {
    private static final String FILE = "broker-clients";
    private static final Pattern INSTALLATION = Pattern.compile("[0-9a-f]{16}");

    public ClientIds {
        if (!INSTALLATION.matcher(installation).matches()) {
            throw new IllegalArgumentException(
                    "installation '%s': expected 16 hexadecimal digits".formatted(installation));
        }
    }

    /** As kept in the data directory, or drawn and kept there from now on. */
    public static ClientIds of(NodeId node, Path dataDirectory, RandomGenerator random) throws IOException {
        Path file = dataDirectory.resolve(FILE);
        if (!Files.exists(file)) {
            PrivateFiles.directoryOf(file);
            PrivateFiles.write(file, HexFormat.of().toHexDigits(random.nextLong()) + "\n");
        }
        try {
            return new ClientIds(node, Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s is damaged (%s)\nMaybe delete it: brokers then know this node's connections under new names"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    public String of(CameraId camera) {
        return "offramp-camera-%s@%s-%s".formatted(camera, node, installation);
    }

    public String of(ReceiverId receiver) {
        return "offramp-receiver-%s@%s-%s".formatted(receiver, node, installation);
    }
}
