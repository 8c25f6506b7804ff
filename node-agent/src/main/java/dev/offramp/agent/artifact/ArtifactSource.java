package dev.offramp.agent.artifact;

import dev.offramp.partition.artifact.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where missing files come from. */
@FunctionalInterface
public interface ArtifactSource {
    /**
     * Feeds the file's bytes from {@code offset} on to {@code sink}, in order.
     *
     * @throws IOException if the source fails; what the sink has taken stays good
     * @throws ArtifactException as the sink did
     */
    void fetch(Digest digest, long offset, Sink sink) throws IOException, ArtifactException, InterruptedException;

    /** Takes the bytes. */
    @FunctionalInterface
    interface Sink {
        void accept(ByteBuffer piece) throws ArtifactException;
    }
}
