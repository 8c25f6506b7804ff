package dev.offramp.agent.rpc;

import dev.offramp.partition.feed.Feeds;
import dev.offramp.proto.Documents;
import dev.offramp.proto.FeedCodec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.identity.PrivateFiles;
import dev.offramp.proto.v1.Ack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cameras and receivers this node was told last, kept on disk: with the coordinator dead they are there again after a
 * restart, and they never go back to an older version. Confined to the deployment thread, {@link #restore} apart.
 */
final class FeedStore {
    private static final Logger log = LoggerFactory.getLogger(FeedStore.class);

    private final Path file;
    private final Feeding feeding;
    private Feeds kept = Feeds.none();

    FeedStore(Path file, Feeding feeding) throws IOException {
        this.file = file;
        this.feeding = feeding;
        if (Files.exists(file)) {
            try {
                kept = Documents.feeds(Files.readString(file));
            } catch (WireException e) {
                throw new IOException(
                        "%s is damaged (%s)\nMaybe delete it: the coordinator sends the current cameras again"
                                .formatted(file, e.getMessage()),
                        e);
            }
        }
    }

    /** Takes up what was told last; called once, before any command. */
    void restore() {
        feeding.apply(kept);
    }

    /** Does what a command says; the answer names the newest version acted on. */
    Ack apply(dev.offramp.proto.v1.Feeds message) {
        try {
            Feeds feeds = FeedCodec.read(message);
            if (feeds.version() < kept.version()) {
                return answer("feeds %d are older than feeds %d, which this node has acted on"
                        .formatted(feeds.version(), kept.version()));
            }
            if (!feeds.equals(kept)) {
                PrivateFiles.write(file, Documents.toJson(feeds));
                kept = feeds;
                feeding.apply(feeds);
                log.info(
                        "feeds {}: {} cameras, {} receivers",
                        feeds.version(),
                        feeds.cameras().size(),
                        feeds.receivers().size());
            }
            return answer("");
        } catch (WireException e) {
            return answer(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return answer("cannot keep the cameras on disk: " + e);
        }
    }

    private Ack answer(String error) {
        return Ack.newBuilder().setFeedsVersion(kept.version()).setError(error).build();
    }
}
