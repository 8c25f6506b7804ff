package dev.offramp.agent.profile;

import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.agent.ingress.RefusalException;
import dev.offramp.partition.onnx.OnnxException;
import dev.offramp.partition.profile.ExitProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code profile-exits MODEL IMAGES --out profile.csv}. */
@Command(
        name = "offramp profile exits",
        description = "Records label and confidence of every exit for labelled images.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class ProfileExitsCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int NOT_FOUND = 3;
    private static final int MAX_COMPLAINTS = 10;

    /** Forms of output. */
    enum Form {
        text,
        json
    }

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
            names = "--out",
            defaultValue = "profile.csv",
            paramLabel = "FILE",
            description = "Where the profile goes (default: ${DEFAULT-VALUE}).")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORM",
            description = "text or json.")
    private Form form;

    private int refused;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        for (Path path : new Path[] {model, images}) {
            if (!Files.exists(path)) {
                err.println("there is no " + path);
                return NOT_FOUND;
            }
        }
        try (ExitRecorder recorder = ExitRecorder.open(model, new OnnxPartitionLoader());
                LabelledImages labelled = LabelledImages.open(images)) {
            int recorded = record(recorder, labelled);
            if (recorded == 0) {
                err.printf("%s has no image of a known class: expected folders named %s%n", images, recorder.labels());
                return FAILED;
            }
            ExitProfile profile = recorder.profile();
            profile.write(file);
            print(profile);
            return 0;
        } catch (OnnxException | InferenceException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("cannot read or write " + e.getMessage());
        }
        return FAILED;
    }

    /** Images that cannot be read and folders that are no class are named, counted, and left out. */
    private int record(ExitRecorder recorder, LabelledImages labelled)
            throws IOException, InferenceException, InterruptedException {
        int recorded = 0;
        for (LabelledImages.Image image : labelled.images()) {
            int truth = recorder.labels().indexOf(image.label());
            if (truth < 0) {
                complain("%s: '%s' is not one of the network's labels".formatted(image.file(), image.label()));
                continue;
            }
            try {
                recorder.record(image.bytes(), truth);
                recorded++;
            } catch (RefusalException e) {
                complain("%s: %s".formatted(image.file(), e.getMessage()));
            }
        }
        return recorded;
    }

    private void complain(String text) {
        refused++;
        if (refused <= MAX_COMPLAINTS) {
            spec.commandLine().getErr().println("left out: " + text);
        }
    }

    private void print(ExitProfile profile) {
        PrintWriter out = spec.commandLine().getOut();
        if (form == Form.json) {
            JsonArray accuracy = new JsonArray();
            for (int exit = 1; exit <= profile.exits(); exit++) {
                accuracy.add(profile.accuracy(exit));
            }
            out.println(new JsonObject()
                    .put("file", file.toString())
                    .put("samples", profile.samples())
                    .put("leftOut", refused)
                    .put("accuracy", accuracy)
                    .encode());
        } else {
            out.printf("%d images, %d left out; profile in %s%n", profile.samples(), refused, file);
            for (int exit = 1; exit <= profile.exits(); exit++) {
                out.printf(Locale.ROOT, "exit %d: %.2f %% right%n", exit, 100 * profile.accuracy(exit));
            }
        }
        out.flush();
    }
}
