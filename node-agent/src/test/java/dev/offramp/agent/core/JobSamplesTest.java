package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.SendTransfer;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.Thresholds;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What an ingress remembers of its jobs. */
class JobSamplesTest extends OneCore {
    private void activateWithShadowJobsOnly() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2"));
        activate(service);
        event(new AgentEvent.PolicyChanged(Fixtures.policy(2, service, 0f).withShadowShare(1)));
    }

    @Test
    void everyExitOfAShadowJobIsRecordedAtItsIngress() {
        activateWithShadowJobsOnly();
        frame();
        finish(run(), SURE, Optional.of(Fixtures.activation()));
        Job onward = only(SendTransfer.class).job();
        assertThat(onward.thresholds()).isEqualTo(Thresholds.closed(2));
        assertThat(onward.passed()).containsExactly(new Verdict(0, 1f));
        event(new AgentEvent.TransferSent(NEXT, onward.id(), 0));
        event(new AgentEvent.OutcomeArrived(
                NEXT, onward.id(), new Outcome.Completed(2, 1, 0.9f, onward.passed()), Timings.ZERO));

        CoreSnapshot.Ingress ingress = core.snapshot().ingress().get(0);
        assertThat(ingress.exits())
                .extracting(CoreSnapshot.ExitCount::completed)
                .containsExactly(1L);
        assertThat(ingress.shadows().completed()).isEqualTo(1);
        assertThat(ingress.shadows().latest())
                .containsExactly(new CoreSnapshot.ShadowRow(
                        1,
                        onward.chain(),
                        onward.epoch(),
                        List.of(new Verdict(0, 1f), new Verdict(1, 0.9f)),
                        OptionalInt.of(0)));
        assertThat(ingress.latest()).as("of jobs that are none").isEmpty();
    }

    @Test
    void whatACompletedJobWasToldAndWhatItPassedIsRecordedAtItsIngress() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        frame();
        finish(run(), UNSURE, Optional.of(Fixtures.activation()));
        Job onward = only(SendTransfer.class).job();
        event(new AgentEvent.TransferSent(NEXT, onward.id(), 0));
        event(new AgentEvent.OutcomeArrived(
                NEXT, onward.id(), new Outcome.Completed(2, 1, 0.9f, onward.passed()), Timings.ZERO));

        CoreSnapshot.JobRow row = core.snapshot().ingress().get(0).latest().getFirst();
        assertThat(row.number()).isEqualTo(1);
        assertThat(row.thresholds()).isEqualTo(onward.thresholds());
        assertThat(row.verdicts()).containsExactly(onward.passed().getFirst(), new Verdict(1, 0.9f));
    }

    @Test
    void onlyTheLatestRowsOfJobsAreKept() {
        JobSample sample = new JobSample();
        for (int i = 0; i < JobSample.ROWS + 3; i++) {
            sample.completed(Fixtures.chain("a", "pi-1").id(), Thresholds.of(0f), new Outcome.Completed(1, i, 0.5f), 1);
        }

        assertThat(sample.snapshot()).hasSize(JobSample.ROWS);
        assertThat(sample.snapshot().getFirst().number()).isEqualTo(4);
    }

    @Test
    void aShadowJobThatIsLostOrUntoldIsCountedWithoutARow() {
        activateWithShadowJobsOnly();
        for (Outcome outcome :
                List.of(new Outcome.Completed(2, 1, 0.9f), new Outcome.Lost(LossReason.QUEUE_FULL, NEXT))) {
            frame();
            finish(run(), SURE, Optional.of(Fixtures.activation()));
            JobId job = all(SendTransfer.class).getLast().job().id();
            event(new AgentEvent.TransferSent(NEXT, job, 0));
            event(new AgentEvent.OutcomeArrived(NEXT, job, outcome, Timings.ZERO));
        }

        assertThat(core.snapshot().ingress().get(0).shadows()).isEqualTo(new CoreSnapshot.Shadows(1, 1, List.of()));
    }

    @Test
    void onlyTheLatestRowsOfShadowJobsAreKept() {
        ShadowSample sample = new ShadowSample();
        ChainId chain = Fixtures.chain("a", "pi-1").id();
        for (int i = 0; i < ShadowSample.ROWS + 3; i++) {
            sample.decided(chain, 1, new Outcome.Completed(1, i, 0.5f), OptionalInt.empty());
        }

        assertThat(sample.snapshot().latest()).hasSize(ShadowSample.ROWS);
        assertThat(sample.snapshot().latest().getFirst().number()).isEqualTo(4);
        assertThat(sample.snapshot().completed()).isEqualTo(ShadowSample.ROWS + 3);
    }
}
