package dev.offramp.agent.ingress.source;

import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.ingress.stream.FrameParser;
import dev.offramp.partition.feed.FeedUrl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has an {@code ffmpeg} child process turn a camera's video into JPEGs. The child lives no longer than its standard input
 * is open, so it ends with this process however that ends. Whether it has stalled its listener must watch: a child whose
 * camera is gone may wait for ever, or exit as if all were well. Thread-safe.
 */
final class RtspSource implements FrameSource {
    /** Runs the command given as arguments until it ends or standard input does. */
    private static final String GUARD = """
            exec 3<&0
            "$@" </dev/null 3<&- &
            child=$!
            { read -r nothing <&3; kill -9 $child; } >/dev/null 2>&1 &
            guard=$!
            exec 3<&-
            wait $child
            code=$?
            kill $guard 2>/dev/null
            wait
            exit $code
            """;

    private static final int CHUNK_BYTES = 64 << 10;
    private static final int MAX_LAST_WORDS_BYTES = 2 << 10;

    private final FeedUrl url;
    private final double maxFramesPerSecond;
    private final int maxFrameBytes;
    private final long maxPixels;
    private final ThreadFactory threads;

    /**
     * @param maxFramesPerSecond the child makes no more; infinite where it makes all
     * @param maxFrameSide in pixels; the child decodes no picture of more than this squared
     * @param threads for what reads from the child
     */
    RtspSource(FeedUrl url, double maxFramesPerSecond, int maxFrameBytes, int maxFrameSide, ThreadFactory threads) {
        this.url = url;
        this.maxFramesPerSecond = maxFramesPerSecond;
        this.maxFrameBytes = maxFrameBytes;
        this.maxPixels = (long) maxFrameSide * maxFrameSide;
        this.threads = threads;
    }

    private List<String> command() {
        String cap = Double.isInfinite(maxFramesPerSecond)
                ? "null"
                : String.format(Locale.ROOT, "fps=fps=%.6f", maxFramesPerSecond);
        return List.of(
                "sh",
                "-c",
                GUARD,
                "offramp-camera",
                "ffmpeg",
                "-nostdin",
                "-hide_banner",
                "-loglevel",
                "error",
                // What a camera's answer may make it open.
                "-protocol_whitelist",
                "rtsp,tcp,udp,rtp",
                "-max_pixels",
                String.valueOf(maxPixels),
                "-rtsp_transport",
                "tcp",
                "-fflags",
                "nobuffer",
                // Or it holds frames back for two seconds to learn their rate, which nothing below needs.
                "-fpsprobesize",
                "0",
                "-i",
                url.text(),
                "-an",
                "-vf",
                cap,
                // Or it repeats frames to fill up a rate that it makes up.
                "-fps_mode",
                "passthrough",
                "-c:v",
                "mjpeg",
                "-q:v",
                "5",
                "-f",
                "mjpeg",
                "-flush_packets",
                "1",
                "pipe:1");
    }

    @Override
    public Connection open(Listener listener) {
        Child child = new Child(listener);
        threads.newThread(child).start();
        return child;
    }

    /** Starts the child, which may take a while, and reads what it writes. */
    private final class Child implements Connection, Runnable {
        private final Listener listener;
        private @Nullable Process process;
        private boolean closed;

        Child(Listener listener) {
            this.listener = listener;
        }

        private synchronized Optional<Process> start() throws IOException {
            if (!closed) {
                process = new ProcessBuilder(command()).start();
            }
            return Optional.ofNullable(process);
        }

        @Override
        public void run() {
            Received received = new Received(listener, FrameParser.jpegs(maxFrameBytes), listener::ended);
            try {
                Optional<Process> started = start();
                if (started.isPresent()) {
                    received.end(read(started.get(), received));
                }
            } catch (IOException e) {
                received.end("ffmpeg: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        /** Ends the shell's watch over the child, and with it the child. */
        @Override
        public synchronized void close() {
            closed = true;
            if (process != null) {
                try {
                    process.getOutputStream().close();
                } catch (IOException e) {
                    // It has ended by itself.
                }
            }
        }
    }

    /** Until the child ends: why it did. */
    private String read(Process process, Received received) throws IOException, InterruptedException {
        LastWords words = new LastWords(process.getErrorStream());
        Thread errors = threads.newThread(words);
        errors.start();
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream out = process.getInputStream()) {
            for (int count = out.read(chunk); count >= 0; count = out.read(chunk)) {
                received.bytes(Arrays.copyOf(chunk, count));
            }
        }
        int exitCode = process.waitFor();
        errors.join();
        return "ffmpeg ended with %d: %s".formatted(exitCode, explained(exitCode, words.text()));
    }

    private String explained(int exitCode, String words) {
        if (exitCode == 127) {
            return "it is not installed here: apt-get install ffmpeg";
        }
        // It repeats the address with user and password.
        return words.isEmpty() ? "the stream is over" : words.replace(url.text(), url.masked());
    }

    /** The end of what the child says about errors. */
    private static final class LastWords implements Runnable {
        private final InputStream in;
        private byte[] tail = new byte[0];
        private boolean isCut;

        LastWords(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[MAX_LAST_WORDS_BYTES];
            try (in) {
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    append(chunk, count);
                }
            } catch (IOException e) {
                // The child is gone.
            }
        }

        private synchronized void append(byte[] chunk, int count) {
            byte[] all = Arrays.copyOf(tail, tail.length + count);
            System.arraycopy(chunk, 0, all, tail.length, count);
            isCut |= all.length > MAX_LAST_WORDS_BYTES;
            tail = Arrays.copyOfRange(all, Math.max(0, all.length - MAX_LAST_WORDS_BYTES), all.length);
        }

        /** Whole lines only: half an address would not be known for one that is to be masked. */
        synchronized String text() {
            String text = new String(tail, StandardCharsets.UTF_8);
            String lines = isCut ? text.substring(text.indexOf('\n') + 1) : text;
            return lines.strip().replaceAll("\\s*\\n\\s*", "; ");
        }
    }
}
