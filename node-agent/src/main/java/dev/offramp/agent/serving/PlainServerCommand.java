package dev.offramp.agent.serving;

import dev.offramp.agent.inference.InferenceException;
import dev.offramp.agent.inference.LoadedPartition;
import dev.offramp.agent.inference.onnx.OnnxPartitionLoader;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Partition;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.proto.ManifestFile;
import dev.offramp.proto.WireException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serve-plain DIR}: what {@code offramp bench serving} compares an agent with; runs until it is stopped. */
@Command(
        name = "offramp bench serving",
        hidden = true,
        description = "Serves an uncut network over plain HTTP.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
public final class PlainServerCommand implements Callable<Integer> {
    private static final int REFUSED = 64;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Holds manifest.json and the one partition.")
    private Path directory;

    @Option(names = "--port", required = true, paramLabel = "PORT", description = "On loopback.")
    private int port;

    @Option(names = "--capacity", required = true, paramLabel = "K", description = "Jobs, the one in service included.")
    private int capacity;

    @Option(names = "--decoders", required = true, paramLabel = "N", description = "Threads that decode frames.")
    private int decoders;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Manifest manifest = ManifestFile.read(directory);
            Partition whole = manifest.partitions().getFirst();
            LoadedPartition network = OnnxPartitionLoader.unpackingInto(directory)
                    .load(whole, directory.resolve(ManifestFile.partitionFile(0)), Optimisation.EXTENDED);
            try (PlainServer server = new PlainServer(manifest, network, port, capacity, decoders)) {
                spec.commandLine().getOut().printf("http 127.0.0.1:%d%n", server.port());
                spec.commandLine().getOut().flush();
                new CountDownLatch(1).await();
            }
            return 0;
        } catch (WireException | InferenceException | IOException e) {
            err.println(e.getMessage());
            return REFUSED;
        }
    }
}
