package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.codec.ActivationDecoder;
import dev.offramp.agent.codec.ActivationEncoder;
import dev.offramp.agent.codec.Encoded;
import dev.offramp.agent.codec.EncodingException;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.TensorSpec;
import dev.offramp.time.NanoClock;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes and decodes activations on a thread each, so that neither the core nor gRPC's event loops wait for it; threads
 * come with the first activation that is not sent as it is. What waits here is bounded by what is given: a link has at most
 * its transfer window being encoded, a stream one activation being decoded. Thread-safe.
 */
public final class Transcoder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Transcoder.class);

    /** Hears of an encoding. */
    @FunctionalInterface
    interface Encoding {
        void done(Encoded encoded, long nanos);
    }

    /** Hears of a trial. */
    @FunctionalInterface
    interface Trial {
        void done(Encoded encoded, long encodeNanos, long decodeNanos);
    }

    /** Hears of a decoding. */
    interface Decoding {
        void done(ByteBuffer activation, long nanos);

        void refused(String why);
    }

    private final NanoClock clock;
    private final ExecutorService encoding;
    private final ExecutorService decoding;
    /** Of the encoding thread. */
    private final ActivationEncoder encoder = new ActivationEncoder();

    private final ActivationDecoder trialDecoder = new ActivationDecoder();
    /** Of the decoding thread. */
    private final ActivationDecoder decoder = new ActivationDecoder();

    public Transcoder(NanoClock clock, ThreadFactory encoders, ThreadFactory decoders) {
        this.clock = clock;
        this.encoding = thread(encoders);
        this.decoding = thread(decoders);
    }

    private static ExecutorService thread(ThreadFactory threads) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    }

    void encode(ByteBuffer activation, TensorSpec tensor, ActivationCodec codec, Encoding then) {
        execute(encoding, () -> {
            long start = clock.nanoTime();
            Encoded encoded;
            try {
                encoded = encoder.encode(activation, tensor, codec);
            } catch (RuntimeException | Error e) {
                log.error("an activation travels as it is: {} failed", codec.label(), e);
                encoded = new Encoded(ActivationCodec.FP32, activation);
            }
            then.done(encoded, clock.nanoTime() - start);
        });
    }

    /** Encodes and decodes, to see what that costs. */
    void tryOut(ByteBuffer activation, TensorSpec tensor, ActivationCodec codec, Trial then) {
        execute(encoding, () -> {
            long start = clock.nanoTime();
            Encoded encoded = encoder.encode(activation, tensor, codec);
            long between = clock.nanoTime();
            try {
                var unused = trialDecoder.decode(encoded.codec(), encoded.bytes(), activation.remaining());
            } catch (EncodingException e) {
                throw new IllegalStateException("own encoding in %s".formatted(encoded.codec()), e);
            }
            then.done(encoded, between - start, clock.nanoTime() - between);
        });
    }

    void decode(ActivationCodec codec, ByteBuffer bytes, int expected, Decoding then) {
        execute(decoding, () -> {
            long start = clock.nanoTime();
            ByteBuffer activation;
            try {
                activation = decoder.decode(codec, bytes, expected);
            } catch (EncodingException e) {
                then.refused(String.valueOf(e.getMessage()));
                return;
            } catch (RuntimeException | Error e) {
                log.error("{} failed", codec.label(), e);
                then.refused("%s failed: %s".formatted(codec.label(), e));
                return;
            }
            then.done(activation, clock.nanoTime() - start);
        });
    }

    private static void execute(ExecutorService thread, Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    log.error("an activation could not be transcoded", e);
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("the agent stops: an activation is not transcoded any more");
        }
    }

    @Override
    public void close() {
        stop(encoding, () -> {
            encoder.close();
            trialDecoder.close();
        });
        stop(decoding, decoder::close);
    }

    /** Natives are freed on the thread that uses them, when it is done. */
    private static void stop(ExecutorService thread, Runnable last) {
        execute(thread, last);
        thread.shutdown();
    }
}
