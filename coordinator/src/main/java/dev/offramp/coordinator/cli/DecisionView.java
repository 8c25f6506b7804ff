package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.coordinator.cli.top.Figures;
import dev.offramp.proto.v1.Decision;
import dev.offramp.proto.v1.Forecast;
import dev.offramp.proto.v1.Observation;
import dev.offramp.proto.v1.SchedulerChoice;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Decisions about policies for people and for machines. Stateless. */
public final class DecisionView {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS = 1e3;

    private DecisionView() {}

    /** For the wire. */
    public static SchedulerChoice message(dev.offramp.coordinator.control.pilot.SchedulerChoice choice) {
        return SchedulerChoice.newBuilder()
                .setScheduler(choice.scheduler())
                .setAccuracyWeight(choice.accuracyWeight())
                .setLossBound(choice.lossBound())
                .setLossWeight(choice.lossWeight())
                .setLatencyBoundSeconds(
                        Double.isInfinite(choice.latencyBoundSeconds()) ? 0 : choice.latencyBoundSeconds())
                .setLatencyWeight(choice.latencyWeight())
                .build();
    }

    /** What a scheduler is to maximise. */
    static String objective(SchedulerChoice choice) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s × right answers per job − %s × loss beyond %s",
                plain(choice.getAccuracyWeight()),
                plain(choice.getLossWeight()),
                Figures.percent(choice.getLossBound())));
        if (choice.getLatencyBoundSeconds() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    " − %s × mean latency beyond %s ms",
                    plain(choice.getLatencyWeight()),
                    Figures.number(choice.getLatencyBoundSeconds() * MILLIS)));
        }
        return text.toString();
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    static String shares(List<Double> shares) {
        return shares.stream().map(Figures::percent).collect(Collectors.joining("  "));
    }

    public static OptionalDouble accuracy(Observation observed) {
        return observed.hasAccuracy() ? OptionalDouble.of(observed.getAccuracy()) : OptionalDouble.empty();
    }

    public static OptionalDouble measuredAccuracy(Observation observed) {
        return observed.hasMeasuredAccuracy()
                ? OptionalDouble.of(observed.getMeasuredAccuracy())
                : OptionalDouble.empty();
    }

    public static ObjectNode json(Decision decision) {
        ObjectNode json = Json.object()
                .put("number", decision.getNumber())
                .put("agoSeconds", decision.getAgoNanos() / NANOS_PER_SECOND)
                .put("trigger", decision.getTrigger())
                .put("scheduler", decision.getScheduler())
                .put("arrivalRate", decision.getArrivalRate())
                .put("action", decision.getAction())
                .put("policyVersion", decision.getPolicyVersion());
        if (decision.hasGain()) {
            json.put("gain", decision.getGain());
        }
        if (decision.hasForecast()) {
            json.set("predicted", json(decision.getForecast()));
        }
        if (decision.hasIfKept()) {
            json.set("predictedIfKept", json(decision.getIfKept()));
        }
        if (decision.hasObserved()) {
            json.set("observed", json(decision.getObserved()));
        }
        return json.put("verdict", decision.getVerdict()).put("note", decision.getNote());
    }

    private static ObjectNode json(Forecast forecast) {
        ObjectNode json = Json.object()
                .put("lossRatio", forecast.getLossRatio())
                .put("accuracy", forecast.getAccuracy())
                .put("meanLatencyMillis", forecast.getMeanLatencySeconds() * MILLIS)
                .put("bottleneck", forecast.getBottleneck())
                .put("utilisation", forecast.getUtilisation());
        ArrayNode exits = json.putArray("exitShares");
        forecast.getExitSharesList().forEach(exits::add);
        return json;
    }

    private static ObjectNode json(Observation observed) {
        ObjectNode json = Json.object()
                .put("windows", observed.getWindows())
                .put("jobs", observed.getJobs())
                .put("lossRatio", observed.getLossRatio());
        accuracy(observed).ifPresent(accuracy -> json.put("accuracy", accuracy));
        measuredAccuracy(observed).ifPresent(accuracy -> json.put("measuredAccuracy", accuracy));
        ArrayNode exits = json.putArray("exitShares");
        observed.getExitSharesList().forEach(exits::add);
        return json;
    }

    static ObjectNode json(SchedulerChoice choice) {
        ObjectNode json = Json.object()
                .put("scheduler", choice.getScheduler())
                .put("accuracyWeight", choice.getAccuracyWeight())
                .put("lossBound", choice.getLossBound())
                .put("lossWeight", choice.getLossWeight());
        if (choice.getLatencyBoundSeconds() > 0) {
            json.put("latencyBoundMillis", choice.getLatencyBoundSeconds() * MILLIS);
        }
        return json.put("latencyWeight", choice.getLatencyWeight());
    }
}
