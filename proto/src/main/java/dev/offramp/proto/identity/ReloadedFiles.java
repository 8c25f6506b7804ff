package dev.offramp.proto.identity;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads credentials again when their files have changed; what cannot be read changes nothing. Confined to one thread. */
public final class ReloadedFiles {
    private static final Logger log = LoggerFactory.getLogger(ReloadedFiles.class);

    private final IdentityFiles files;
    private final Consumer<Credentials> sink;
    private List<FileTime> state;

    /** The files have been read just before. */
    public ReloadedFiles(IdentityFiles files, Consumer<Credentials> sink) throws IOException {
        this.files = files;
        this.sink = sink;
        this.state = files.state();
    }

    /** Looks, and takes over what is new. */
    public void reload() {
        try {
            List<FileTime> now = files.state();
            if (!now.equals(state)) {
                sink.accept(files.read());
                state = now;
                log.info("{} is read again", files.certificate());
            }
        } catch (IOException | IllegalArgumentException e) {
            log.warn("the former certificate stays: {}", e.getMessage());
        }
    }
}
