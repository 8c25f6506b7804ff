package dev.offramp.agent.loop;

import dev.offramp.agent.core.AgentEffect;
import dev.offramp.agent.core.EffectSink;
import dev.offramp.partition.feed.CameraId;
import java.util.Optional;

/** Hands each of the core's effects to the adapter that does it. Called on the core's thread. */
public final class Effects implements EffectSink {
    private final InferenceServers servers;
    private final Neighbours neighbours;
    private final Tickets tickets;
    private final Answers answers;
    private final Control control;

    /** What sends to neighbours, down and up. */
    public interface Neighbours {
        void connect(AgentEffect.Connect effect);

        void disconnect(AgentEffect.Disconnect effect);

        void send(AgentEffect.SendOffer effect);

        void send(AgentEffect.SendTransfer effect);

        void send(AgentEffect.SendWithdraw effect);

        void send(AgentEffect.SendGrant effect);

        void send(AgentEffect.SendOutcome effect);
    }

    /** Hears of every frame's outcome. */
    @FunctionalInterface
    public interface Answers {
        /** @param camera whose frame it was, if it came from one that is configured */
        void answered(AgentEffect.Answer answer, Optional<CameraId> camera);
    }

    /** What waits for commands to be done. */
    public interface Control {
        void done(AgentEffect.CommandDone effect);

        void epochDrained(AgentEffect.EpochDrained effect);

        void drained();
    }

    /** @param answers hears of every frame's outcome, besides the one who sent the frame */
    public Effects(InferenceServers servers, Neighbours neighbours, Tickets tickets, Answers answers, Control control) {
        this.servers = servers;
        this.neighbours = neighbours;
        this.tickets = tickets;
        this.answers = answers;
        this.control = control;
    }

    @Override
    public void accept(AgentEffect effect) {
        switch (effect) {
            case AgentEffect.RunInference run -> servers.run(run);
            case AgentEffect.SendOffer offer -> neighbours.send(offer);
            case AgentEffect.SendTransfer transfer -> neighbours.send(transfer);
            case AgentEffect.SendWithdraw withdraw -> neighbours.send(withdraw);
            case AgentEffect.SendGrant grant -> neighbours.send(grant);
            case AgentEffect.SendOutcome outcome -> neighbours.send(outcome);
            case AgentEffect.FrameAccepted accepted -> tickets.accepted(accepted);
            case AgentEffect.FrameRefused refused -> tickets.refused(refused);
            case AgentEffect.Answer answer -> {
                answers.answered(answer, tickets.answered(answer));
            }
            case AgentEffect.Connect connect -> neighbours.connect(connect);
            case AgentEffect.Disconnect disconnect -> neighbours.disconnect(disconnect);
            case AgentEffect.CommandDone done -> control.done(done);
            case AgentEffect.EpochDrained drained -> control.epochDrained(drained);
            case AgentEffect.Drained drained -> control.drained();
        }
    }
}
