package dev.offramp.agent.forward.grpc;

import dev.offramp.agent.core.Job;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;

/** Jobs on the wire. Deadlines travel as what remains of them: clocks differ. Stateless. */
final class JobCodec {
    private JobCodec() {}

    static dev.offramp.proto.v1.Job write(Job job, long nowNanos) {
        var message = dev.offramp.proto.v1.Job.newBuilder()
                .setId(Codec.write(job.id()))
                .setService(job.chain().service().value())
                .setChain(job.chain().name())
                .setEpoch(job.epoch())
                .setPolicyVersion(job.policyVersion())
                .setHop(job.hop())
                .setPriority(job.priority())
                .setRemainingNanos(job.deadlineNanos() - nowNanos)
                .setActivationBytes(job.activationBytes())
                .setTimings(Codec.write(job.timings()))
                .addAllPassed(Codec.writeVerdicts(job.passed()));
        Thresholds thresholds = job.thresholds();
        for (int exit = 1; exit <= thresholds.exits(); exit++) {
            message.addThresholds(thresholds.at(exit));
        }
        return message.build();
    }

    static Job read(dev.offramp.proto.v1.Job message, long nowNanos) throws WireException {
        try {
            return new Job(
                    Codec.read(message.getId()),
                    new ChainId(new ServiceId(message.getService()), message.getChain()),
                    message.getEpoch(),
                    message.getPolicyVersion(),
                    message.getHop(),
                    Codec.readThresholds(message.getThresholdsList()),
                    message.getPriority(),
                    nowNanos + Math.max(0, message.getRemainingNanos()),
                    message.getActivationBytes(),
                    Codec.read(message.getTimings()),
                    Codec.readVerdicts(message.getPassedList()));
        } catch (IllegalArgumentException e) {
            throw new WireException("malformed job: " + e.getMessage());
        }
    }
}
