package dev.offramp.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEffect.Answer;
import dev.offramp.agent.core.AgentEffect.CommandDone;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Service;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import org.junit.jupiter.api.Test;

/** One placement after another, and the end. */
class EpochChangesTest extends OneCore {
    @Test
    void anOldEpochDrainsAndThenItsJobsAreStale() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        activate(service);
        frame();
        frame();
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(2, service)));
        event(new AgentEvent.PlacementActivated(2));
        event(new AgentEvent.Tick());
        assertThat(all(AgentEffect.EpochDrained.class)).isEmpty();
        event(new AgentEvent.PlacementRetired(1));
        assertThat(all(Answer.class)).extracting(OneCore::lossOf).containsOnly(LossReason.STALE_EPOCH);
        assertThat(all(Answer.class)).extracting(Answer::epoch).containsExactly(1L, 1L);
    }

    @Test
    void saysOnceThatAnEpochHasDrained() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        activate(service);
        frame();
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(2, service)));
        event(new AgentEvent.PlacementActivated(2));
        finish(run(), SURE, SURE, 1);
        event(new AgentEvent.Tick());
        event(new AgentEvent.Tick());
        assertThat(only(AgentEffect.EpochDrained.class).epoch()).isEqualTo(1);
    }

    @Test
    void epochsThatAreOlderThanOneSeenAreRefused() {
        Service service = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(5, service)));
        event(new AgentEvent.PlacementActivated(5));
        effects.clear();
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(4, service)));
        event(new AgentEvent.PlacementActivated(4));
        event(new AgentEvent.PlacementActivated(6));
        event(new AgentEvent.PlacementRetired(5));
        assertThat(all(CommandDone.class)).hasSize(4).noneMatch(done -> done.refusal()
                .isEmpty());
        assertThat(core.snapshot().epoch()).isEqualTo(5);
    }

    @Test
    void drainingLetsTheJobsInsideRunToTheirOutcome() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1")));
        frame();
        event(new AgentEvent.DrainRequested());
        event(new AgentEvent.Tick());
        assertThat(all(AgentEffect.Drained.class)).isEmpty();
        finish(run(), SURE, SURE, 1);
        event(new AgentEvent.Tick());
        event(new AgentEvent.Tick());
        assertThat(all(AgentEffect.Drained.class)).hasSize(1);
        assertThat(only(Answer.class).outcome()).isInstanceOf(Outcome.Completed.class);
    }

    @Test
    void streamsFollowThePlacementsThatLive() {
        activate(Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1", "pi-2")));
        assertThat(all(AgentEffect.Connect.class))
                .extracting(AgentEffect.Connect::address)
                .containsExactly("pi-2:7070");
        Service alone = Fixtures.service(Overflow.DROP_NEW, Fixtures.chain("a", "pi-1"));
        event(new AgentEvent.PlacementPrepared(Fixtures.placement(2, alone)));
        event(new AgentEvent.PlacementActivated(2));
        assertThat(all(AgentEffect.Disconnect.class)).isEmpty();
        event(new AgentEvent.PlacementRetired(1));
        assertThat(only(AgentEffect.Disconnect.class).peer()).isEqualTo(NEXT);
    }
}
