package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.proto.v1.ArrivalEstimate;
import dev.offramp.proto.v1.GetScenarioResponse;
import dev.offramp.proto.v1.HopEstimate;
import dev.offramp.proto.v1.LinkEstimate;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code profile nodes [SERVICE]}. */
@Command(
        name = "nodes",
        description =
                "Shows what telemetry has measured of every hop's service time, every link between hops, and every"
                        + " service's arrivals.",
        footer = {
            "",
            "Older jobs count less: their weight halves in about a minute. A hop is missing until it has served jobs,"
                    + " a link until it has carried some: once a second a job's way is timed."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class ProfileNodesCommand implements Callable<Integer> {
    private static final double BITS = 8;
    private static final double MEGA = 1e6;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SERVICE", arity = "0..*", description = "Services (default: all).")
    private List<String> services = new ArrayList<>();

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException, InterruptedException {
        GetScenarioResponse live = LiveScenario.measured(coordinator, services);
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            Json.print(out, json(live));
        } else {
            print(live, out);
        }
        return ExitCode.OK;
    }

    private static void print(GetScenarioResponse live, PrintWriter out) {
        Table hops = new Table("SERVICE", "CHAIN", "HOP", "NODE", "MEAN MS", "SCV", "JOBS");
        for (HopEstimate hop : live.getHopsList()) {
            hops.row(
                    hop.getService(),
                    hop.getChain(),
                    hop.getHop(),
                    hop.getNode(),
                    Figures.number(1000 * hop.getMeanSeconds()),
                    String.format(Locale.ROOT, "%.3f", hop.getScv()),
                    Math.round(hop.getJobs()));
        }
        hops.print(out);
        out.println();
        Table arrivals = new Table("SERVICE", "JOBS/S", "DISPERSION");
        for (ArrivalEstimate one : live.getArrivalsList()) {
            arrivals.row(
                    one.getService(),
                    String.format(Locale.ROOT, "%.3g ± %.2g", one.getRate(), one.getError()),
                    String.format(Locale.ROOT, "%.2f", one.getDispersion()));
        }
        arrivals.print(out);
        if (live.getLinksCount() > 0) {
            out.println();
            Table links = new Table("FROM", "TO", "DELAY MS", "MBIT/S");
            for (LinkEstimate link : live.getLinksList()) {
                links.row(
                        link.getFrom(),
                        link.getTo(),
                        Figures.number(1000 * link.getDelaySeconds()),
                        Math.round(link.getBytesPerSecond() * BITS / MEGA));
            }
            links.print(out);
        }
    }

    private static ObjectNode json(GetScenarioResponse live) {
        ObjectNode json = Json.object();
        ArrayNode hops = json.putArray("hops");
        live.getHopsList().forEach(hop -> hops.addObject()
                .put("service", hop.getService())
                .put("chain", hop.getChain())
                .put("hop", hop.getHop())
                .put("node", hop.getNode())
                .put("meanSeconds", hop.getMeanSeconds())
                .put("scv", hop.getScv())
                .put("jobs", hop.getJobs()));
        ArrayNode arrivals = json.putArray("arrivals");
        live.getArrivalsList().forEach(one -> arrivals.addObject()
                .put("service", one.getService())
                .put("jobsPerSecond", one.getRate())
                .put("standardError", one.getError())
                .put("dispersion", one.getDispersion()));
        ArrayNode links = json.putArray("links");
        live.getLinksList().forEach(link -> links.addObject()
                .put("from", link.getFrom())
                .put("to", link.getTo())
                .put("delaySeconds", link.getDelaySeconds())
                .put("bytesPerSecond", link.getBytesPerSecond()));
        return json;
    }
}
