package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.ControlEvent;
import dev.offramp.coordinator.control.ControlLoop;
import dev.offramp.coordinator.control.Reply;
import dev.offramp.coordinator.control.pilot.LiveModel;
import dev.offramp.coordinator.control.pilot.Measured;
import dev.offramp.coordinator.control.pilot.PlanRequest;
import dev.offramp.coordinator.scenario.ScenarioWriter;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.profile.ExitProfile;
import dev.offramp.proto.v1.ArrivalEstimate;
import dev.offramp.proto.v1.GetScenarioRequest;
import dev.offramp.proto.v1.GetScenarioResponse;
import dev.offramp.proto.v1.HopEstimate;
import dev.offramp.proto.v1.LinkEstimate;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Tells operators what schedulers are told. Thread-safe. */
public final class ScenarioDesk {
    private final ControlLoop loop;
    private final Function<Service, Optional<ExitProfile>> profiles;
    private final Executor thread;

    /** @param thread on which exit profiles are read and written */
    public ScenarioDesk(ControlLoop loop, Function<Service, Optional<ExitProfile>> profiles, Executor thread) {
        this.loop = loop;
        this.profiles = profiles;
        this.thread = thread;
    }

    void answer(GetScenarioRequest request, StreamObserver<GetScenarioResponse> observer) {
        Set<ServiceId> services = new HashSet<>();
        try {
            request.getServicesList().forEach(name -> services.add(new ServiceId(name)));
        } catch (IllegalArgumentException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        }
        var unused = loop.ask(ticket -> new ControlEvent.ModelRequested(ticket, services))
                .thenAcceptAsync(reply -> answer(reply, request.getMeasuredOnly(), observer), thread);
    }

    private void answer(Reply reply, boolean measuredOnly, StreamObserver<GetScenarioResponse> observer) {
        switch (reply) {
            case Reply.Described described -> describe(described.request(), measuredOnly, observer);
            case Reply.Refused refused -> observer.onError(Statuses.of(refused));
            case Reply.Applied applied -> throw new IllegalStateException("a model was asked for: " + applied);
            case Reply.Draining draining -> throw new IllegalStateException("a model was asked for: " + draining);
            case Reply.PolicyKept kept -> throw new IllegalStateException("a model was asked for: " + kept);
            case Reply.FeedsKept kept -> throw new IllegalStateException("a model was asked for: " + kept);
        }
    }

    private void describe(PlanRequest request, boolean measuredOnly, StreamObserver<GetScenarioResponse> observer) {
        try {
            GetScenarioResponse.Builder message = GetScenarioResponse.newBuilder();
            write(Measured.of(request), message);
            if (!measuredOnly) {
                write(LiveModel.of(request, profiles), message);
            } else if (message.getHopsCount() + message.getArrivalsCount() == 0) {
                throw new IllegalArgumentException("nothing has been measured yet");
            }
            Statuses.answer(observer, message.build());
        } catch (IllegalArgumentException e) {
            observer.onError(Statuses.of(new Reply.Refused(
                    Reply.Kind.UNAVAILABLE, e.getMessage() + "\nLet some jobs run through every chain first")));
        }
    }

    private static void write(LiveModel model, GetScenarioResponse.Builder message) {
        Map<ServiceId, String> files = new HashMap<>();
        model.profiles().forEach((service, profile) -> {
            String file = service.value() + "-profile.csv";
            files.put(service, file);
            message.putProfiles(file, profile.csv());
        });
        message.setScenario(ScenarioWriter.yaml(model.scenario(), files));
    }

    private static void write(Measured measured, GetScenarioResponse.Builder message) {
        measured.hops()
                .forEach(hop -> message.addHops(HopEstimate.newBuilder()
                        .setService(hop.chain().service().value())
                        .setChain(hop.chain().name())
                        .setHop(hop.hop())
                        .setNode(hop.node().value())
                        .setMeanSeconds(hop.mean())
                        .setScv(hop.scv())
                        .setJobs(hop.jobs())));
        measured.arrivals()
                .forEach(one -> message.addArrivals(ArrivalEstimate.newBuilder()
                        .setService(one.service().value())
                        .setRate(one.rate())
                        .setError(one.error())
                        .setDispersion(one.dispersion())));
        measured.links()
                .forEach(link -> message.addLinks(LinkEstimate.newBuilder()
                        .setFrom(link.from().value())
                        .setTo(link.to().value())
                        .setDelaySeconds(link.delaySeconds())
                        .setBytesPerSecond(link.bytesPerSecond())));
    }
}
