package dev.offramp.agent.rpc;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.partition.Service;
import dev.offramp.partition.feed.CameraId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.proto.Codec;
import dev.offramp.proto.v1.OutcomeReport;
import java.util.Optional;

/** Outcomes for those outside, on the wire. Stateless. */
final class OutcomeReports {
    private OutcomeReports() {}

    static OutcomeReport write(Service service, AgentEffect.Answer answer, Optional<CameraId> camera) {
        var report = OutcomeReport.newBuilder()
                .setOutcome(Codec.write(answer.job(), answer.outcome(), answer.timings()))
                .setService(service.id().value())
                .setChain(answer.chain().map(chain -> chain.name()).orElse(""))
                .setCamera(camera.map(CameraId::value).orElse(""))
                .setEpoch(answer.epoch())
                .setPolicyVersion(answer.policyVersion())
                .setLatencyNanos(answer.latencyNanos());
        if (answer.outcome() instanceof Outcome.Completed completed
                && completed.label() < service.labels().size()) {
            report.setLabel(service.labels().get(completed.label()));
        }
        return report.build();
    }
}
