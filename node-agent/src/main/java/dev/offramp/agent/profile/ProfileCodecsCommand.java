package dev.offramp.agent.profile;

import dev.offramp.agent.codec.EncodingException;
import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.Cut;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.onnx.Cutter;
import dev.offramp.partition.onnx.Cutting;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.onnx.OnnxNetwork;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code profile-codecs MODEL IMAGES}. */
@Command(
        name = "offramp profile codecs",
        description = "Measures what the codecs of activations cost a network in accuracy, cut in two.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class ProfileCodecsCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int NOT_FOUND = 3;
    private static final int MAX_COMPLAINTS = 10;
    private static final double PER_CENT = 100;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "The uncut network with its exits.")
    private Path model;

    @Parameters(
            index = "1",
            paramLabel = "IMAGES",
            description = "Directory or zip file with JPEGs and PNGs in folders named as the network's labels.")
    private Path images;

    @Option(
            names = "--cut",
            split = ",",
            paramLabel = "TENSOR",
            description = "Cut there; each of several is measured by itself (default: in two of about equal cost).")
    private List<String> cuts = List.of();

    @Option(names = "--images", paramLabel = "N", description = "So many, evenly from all of them (default: all).")
    private @Nullable Integer count;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORM",
            description = "text or json.")
    private ProfileExitsCommand.Form form;

    private final AtomicInteger refused = new AtomicInteger();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        for (Path path : new Path[] {model, images}) {
            if (!Files.exists(path)) {
                err.println("there is no " + path);
                return NOT_FOUND;
            }
        }
        try (LabelledImages labelled = LabelledImages.open(images)) {
            OnnxNetwork network = OnnxNetwork.read(model);
            List<LabelledImages.Image> some = some(labelled.images());
            JsonArray all = new JsonArray();
            for (Cut cut : cuts(network)) {
                CodecTally tally = measure(network, cut, some);
                if (tally.images() == 0) {
                    err.printf(
                            "%s has no image of a known class: expected folders named %s%n", images, network.labels());
                    return FAILED;
                }
                if (form == ProfileExitsCommand.Form.json) {
                    all.add(json(cut, tally));
                } else {
                    print(cut, tally);
                }
            }
            if (form == ProfileExitsCommand.Form.json) {
                spec.commandLine()
                        .getOut()
                        .println(new JsonObject().put("cuts", all).encode());
            }
            spec.commandLine().getOut().flush();
            return 0;
        } catch (OnnxException | InferenceException | EncodingException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("cannot read or write " + e.getMessage());
        }
        return FAILED;
    }

    private List<Cut> cuts(OnnxNetwork network) throws OnnxException {
        if (cuts.isEmpty()) {
            return Cutter.balanced(network, 2);
        }
        List<Cut> found = new ArrayList<>();
        for (String tensor : cuts) {
            found.add(network.cutAt(tensor));
        }
        return found;
    }

    private List<LabelledImages.Image> some(List<LabelledImages.Image> all) {
        int wanted = count == null ? all.size() : Math.min(count, all.size());
        List<LabelledImages.Image> some = new ArrayList<>(wanted);
        for (int i = 0; i < wanted; i++) {
            some.add(all.get((int) ((long) i * all.size() / wanted)));
        }
        return some;
    }

    private CodecTally measure(OnnxNetwork network, Cut cut, List<LabelledImages.Image> some)
            throws IOException, OnnxException, InferenceException, EncodingException, InterruptedException {
        Cutting cutting = Cutter.cut(network, List.of(cut));
        Path directory = Files.createTempDirectory("offramp-codecs-");
        List<Path> files = new ArrayList<>();
        try {
            for (byte[] file : cutting.files()) {
                files.add(Files.write(directory.resolve(files.size() + ".onnx"), file));
            }
            return measure(cutting.manifest(), files, some);
        } finally {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        }
    }

    /** On every core. */
    private CodecTally measure(Manifest manifest, List<Path> files, List<LabelledImages.Image> some)
            throws IOException, InferenceException, EncodingException, InterruptedException {
        CodecTally tally =
                new CodecTally(manifest.partitions().getLast().exits().size());
        AtomicInteger next = new AtomicInteger();
        int workers = Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), some.size()));
        List<Future<@Nullable Void>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            for (int i = 0; i < workers; i++) {
                running.add(threads.submit(() -> {
                    try (CodecRecorder recorder = CodecRecorder.open(manifest, files, new OnnxPartitionLoader())) {
                        for (int at = next.getAndIncrement(); at < some.size(); at = next.getAndIncrement()) {
                            record(recorder, some.get(at), manifest.labels(), tally);
                        }
                    }
                    return null;
                }));
            }
            for (Future<@Nullable Void> worker : running) {
                await(worker);
            }
        }
        return tally;
    }

    private static void await(Future<@Nullable Void> worker)
            throws IOException, InferenceException, EncodingException, InterruptedException {
        try {
            worker.get();
        } catch (ExecutionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case IOException cause -> throw cause;
                case InferenceException cause -> throw cause;
                case EncodingException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                default -> throw new IllegalStateException("a worker failed", e);
            }
        }
    }

    /** Images that cannot be read and folders that are no class are named and left out. */
    private void record(CodecRecorder recorder, LabelledImages.Image image, List<String> labels, CodecTally tally)
            throws IOException, InferenceException, EncodingException, InterruptedException {
        int truth = labels.indexOf(image.label());
        if (truth < 0) {
            complain("%s: '%s' is not one of the network's labels".formatted(image.file(), image.label()));
            return;
        }
        try {
            recorder.record(image.bytes(), truth, tally);
        } catch (RefusalException e) {
            complain("%s: %s".formatted(image.file(), e.getMessage()));
        }
    }

    private void complain(String text) {
        if (refused.incrementAndGet() <= MAX_COMPLAINTS) {
            spec.commandLine().getErr().println("left out: " + text);
        }
    }

    private JsonObject json(Cut cut, CodecTally tally) {
        JsonArray codecs = new JsonArray();
        for (ActivationCodec codec : ActivationCodec.values()) {
            JsonArray accuracy = new JsonArray();
            for (int exit = 0; exit < tally.exits(); exit++) {
                accuracy.add(tally.accuracy(codec, exit));
            }
            codecs.add(new JsonObject()
                    .put("codec", codec.label())
                    .put("bytes", tally.bytes(codec))
                    .put("accuracy", accuracy)
                    .put("points", tally.points(codec))
                    .put("worstExitPoints", tally.worstPoints(codec))
                    .put("changed", tally.changedShare(codec)));
        }
        return new JsonObject()
                .put("cut", cut.tensor().name())
                .put("activationBytes", cut.tensor().bytes())
                .put("images", tally.images())
                .put("leftOut", refused.get())
                .put("codecs", codecs);
    }

    private void print(Cut cut, CodecTally tally) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s  %s, %d bytes; %d images%n",
                cut.tensor().name(), cut.tensor().signature(), cut.tensor().bytes(), tally.images());
        out.printf(
                "%-18s %8s  %12s  %7s  %12s  %8s%n", "CODEC", "BYTES", "FINAL EXIT", "POINTS", "WORST EXIT", "CHANGED");
        for (ActivationCodec codec : ActivationCodec.values()) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %8.0f  %10.2f %%  %+7.2f  %+12.2f  %6.2f %%%n",
                    codec.label(),
                    tally.bytes(codec),
                    PER_CENT * tally.accuracy(codec, tally.exits() - 1),
                    tally.points(codec),
                    tally.worstPoints(codec),
                    PER_CENT * tally.changedShare(codec));
        }
    }
}
