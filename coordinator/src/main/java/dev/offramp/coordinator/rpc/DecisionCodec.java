package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.pilot.Decision;
import dev.offramp.coordinator.control.pilot.Forecast;
import dev.offramp.coordinator.control.pilot.Observation;
import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.proto.WireException;

/** Schedulers' choices and decisions on the wire. Stateless. */
final class DecisionCodec {
    private DecisionCodec() {}

    static SchedulerChoice read(dev.offramp.proto.v1.SchedulerChoice message) throws WireException {
        try {
            return new SchedulerChoice(
                    message.getScheduler(),
                    message.getAccuracyWeight(),
                    message.getLossBound(),
                    message.getLossWeight(),
                    message.getLatencyBoundSeconds() == 0 ? Double.POSITIVE_INFINITY : message.getLatencyBoundSeconds(),
                    message.getLatencyWeight());
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }

    static dev.offramp.proto.v1.SchedulerChoice write(SchedulerChoice choice) {
        return dev.offramp.proto.v1.SchedulerChoice.newBuilder()
                .setScheduler(choice.scheduler())
                .setAccuracyWeight(choice.accuracyWeight())
                .setLossBound(choice.lossBound())
                .setLossWeight(choice.lossWeight())
                .setLatencyBoundSeconds(
                        Double.isInfinite(choice.latencyBoundSeconds()) ? 0 : choice.latencyBoundSeconds())
                .setLatencyWeight(choice.latencyWeight())
                .build();
    }

    static dev.offramp.proto.v1.Decision write(Decision decision, long nowNanos) {
        var message = dev.offramp.proto.v1.Decision.newBuilder()
                .setNumber(decision.number())
                .setAgoNanos(Math.max(0, nowNanos - decision.atNanos()))
                .setTrigger(decision.trigger().text())
                .setScheduler(decision.scheduler())
                .setArrivalRate(decision.arrivalRate())
                .setAction(decision.action().text())
                .setPolicyVersion(decision.policyVersion())
                .setNote(decision.note())
                .setVerdict(decision.verdict());
        decision.forecast().ifPresent(forecast -> message.setForecast(write(forecast)));
        decision.ifKept().ifPresent(forecast -> message.setIfKept(write(forecast)));
        decision.gain().ifPresent(message::setGain);
        decision.observed().ifPresent(observed -> message.setObserved(write(observed)));
        return message.build();
    }

    private static dev.offramp.proto.v1.Forecast write(Forecast forecast) {
        return dev.offramp.proto.v1.Forecast.newBuilder()
                .setLossRatio(forecast.lossRatio())
                .setAccuracy(forecast.accuracy())
                .addAllExitShares(forecast.exitShares())
                .setMeanLatencySeconds(forecast.meanLatencySeconds())
                .setBottleneck(forecast.bottleneck().value())
                .setUtilisation(forecast.utilisation())
                .build();
    }

    private static dev.offramp.proto.v1.Observation write(Observation observed) {
        var message = dev.offramp.proto.v1.Observation.newBuilder()
                .setWindows(observed.windows())
                .setJobs(observed.jobs())
                .setLossRatio(observed.lossRatio())
                .addAllExitShares(observed.exitShares());
        observed.accuracy().ifPresent(message::setAccuracy);
        observed.measuredAccuracy().ifPresent(message::setMeasuredAccuracy);
        return message.build();
    }
}
