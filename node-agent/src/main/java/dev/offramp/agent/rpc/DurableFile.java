package dev.offramp.agent.rpc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A small text file that is there whole or as it was before, whenever the machine stops. Stateless. */
final class DurableFile {
    private DurableFile() {}

    /** Durable when this returns; readable by its owner only. */
    static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(temporary, text);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel entries = FileChannel.open(file.toAbsolutePath().getParent())) {
                entries.force(true);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
