package dev.offramp.agent.ingress;

import dev.offramp.partition.ChainId;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;

/**
 * What became of a frame.
 *
 * @param latencyNanos from acceptance to outcome
 * @param timings the parts of it that passed in queues and in inference, over all hops
 */
public record JobReport(
        JobId job,
        ChainId chain,
        long epoch,
        long policyVersion,
        Outcome outcome,
        long latencyNanos,
        Timings timings) {}
