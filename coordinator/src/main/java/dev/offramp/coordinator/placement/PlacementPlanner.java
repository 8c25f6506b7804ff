package dev.offramp.coordinator.placement;

import dev.offramp.coordinator.cluster.Membership.Member;
import dev.offramp.coordinator.cluster.NodeState;
import dev.offramp.coordinator.placement.PlacementRequest.ChainRequest;
import dev.offramp.coordinator.placement.PlacementRequest.ServiceRequest;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Turns what an operator writes into a placement, or names everything that is wrong with it. Pure. */
public final class PlacementPlanner {
    /** What comes of a request. */
    public sealed interface Result {
        /** It can be rolled out. */
        record Planned(Placement placement) implements Result {}

        /** It cannot, for these reasons. */
        record Rejected(ProblemKind worst, List<String> problems) implements Result {
            /** One problem per line. */
            public String text() {
                return String.join("\n", problems);
            }
        }
    }

    private final Map<ServiceId, Manifest> models;
    private final Function<NodeId, Optional<Member>> nodes;
    private final Placement active;
    private final Problems problems = new Problems();
    private final Map<NodeId, String> addresses = new HashMap<>();

    /**
     * Plans once.
     *
     * @param models everything that has been pushed
     * @param active what the plan will replace
     */
    public PlacementPlanner(
            Map<ServiceId, Manifest> models, Function<NodeId, Optional<Member>> nodes, Placement active) {
        this.models = models;
        this.nodes = nodes;
        this.active = active;
    }

    public Result plan(PlacementRequest request, long epoch) {
        List<Service> services = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (ServiceRequest service : request.services()) {
            if (!ids.add(service.id())) {
                problems.add(ProblemKind.WRONG, "service %s is there twice: expected once".formatted(service.id()));
            }
            service(service).ifPresent(services::add);
        }
        if (problems.isEmpty()) {
            return new Result.Planned(new Placement(epoch, services, addresses));
        }
        return new Result.Rejected(problems.worst(), problems.texts());
    }

    private Optional<Service> service(ServiceRequest request) {
        Optional<ServiceId> id = valid(() -> new ServiceId(request.id()));
        Optional<Manifest> model = model("service " + request.id(), request.model());
        List<NodeId> ingress = new ArrayList<>();
        request.ingress()
                .forEach(name -> node("ingress of " + request.id(), name).ifPresent(ingress::add));
        if (request.ingress().isEmpty()) {
            problems.add(
                    ProblemKind.WRONG, "service %s has no ingress: name at least one node".formatted(request.id()));
        }
        if (request.chains().isEmpty()) {
            problems.add(ProblemKind.WRONG, "service %s has no chain: expected at least one".formatted(request.id()));
        }
        List<Chain> chains = new ArrayList<>();
        for (ChainRequest chain : request.chains()) {
            chain(request, id, model, chain).ifPresent(chains::add);
        }
        boolean whole = id.isPresent()
                && model.isPresent()
                && ingress.size() == request.ingress().size()
                && !ingress.isEmpty()
                && chains.size() == request.chains().size()
                && !chains.isEmpty();
        return whole
                ? valid(() -> new Service(
                        id.get(),
                        model.get().labels(),
                        model.get().preprocessing(),
                        model.get().scores(),
                        request.overflow(),
                        request.optimisation(),
                        request.priority(),
                        request.deadline(),
                        ingress,
                        chains,
                        request.codecs()))
                : Optional.empty();
    }

    private Optional<Chain> chain(
            ServiceRequest service, Optional<ServiceId> id, Optional<Manifest> model, ChainRequest request) {
        String what = "chain %s/%s".formatted(service.id(), request.name());
        Optional<Manifest> variant = request.variant().isEmpty()
                ? model
                : model(what, request.variant().get());
        if (model.isPresent() && variant.isPresent()) {
            checkVariant(what, model.get(), variant.get());
        }
        List<NodeId> path = new ArrayList<>();
        request.nodes().forEach(name -> node(what, name).ifPresent(path::add));
        if (variant.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        int partitions = variant.get().partitions().size();
        if (request.nodes().size() != partitions) {
            problems.add(
                    ProblemKind.WRONG,
                    "%s names %d nodes, but model %s has %d partitions: name the node of each"
                            .formatted(
                                    what, request.nodes().size(), variant.get().model(), partitions));
        }
        if (path.size() != partitions || request.nodes().size() != partitions) {
            return Optional.empty();
        }
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            hops.add(new Hop(path.get(i), variant.get().partitions().get(i)));
        }
        Optional<Chain> chain = valid(() -> new Chain(new ChainId(id.get(), request.name()), hops));
        chain.ifPresent(this::checkExits);
        return chain;
    }

    /** While one placement takes over from another, one policy serves both: a name must not change its meaning. */
    private void checkExits(Chain chain) {
        active.service(chain.id().service())
                .flatMap(service -> service.chains().stream()
                        .filter(old -> old.id().equals(chain.id()))
                        .findFirst())
                .filter(old -> old.exits() != chain.exits())
                .ifPresent(old -> problems.add(
                        ProblemKind.WRONG,
                        "chain %s has %d exits, but the chain of that name in force has %d: give the new one another name"
                                .formatted(chain.id(), chain.exits(), old.exits())));
    }

    private void checkVariant(String what, Manifest model, Manifest variant) {
        if (!variant.labels().equals(model.labels())
                || !variant.preprocessing().equals(model.preprocessing())
                || variant.scores() != model.scores()) {
            problems.add(
                    ProblemKind.WRONG,
                    "%s: model %s differs from %s in labels, preprocessing or scores: expected the same"
                            .formatted(what, variant.model(), model.model()));
        }
    }

    private Optional<Manifest> model(String what, String name) {
        Optional<Manifest> model = models.values().stream()
                .filter(one -> one.model().value().equals(name))
                .findFirst();
        if (model.isEmpty()) {
            problems.add(
                    ProblemKind.UNKNOWN,
                    "%s: there is no model '%s'%s. 'offramp model push' brings one"
                            .formatted(what, name, Nearest.hint(name, names(models.keySet()))));
        }
        return model;
    }

    private Optional<NodeId> node(String what, String name) {
        Optional<NodeId> id = valid(() -> new NodeId(name));
        Optional<Member> member = id.flatMap(nodes);
        if (id.isPresent() && member.isEmpty()) {
            problems.add(
                    ProblemKind.UNKNOWN,
                    "%s: there is no node '%s'. 'offramp node ls' lists those that have attached"
                            .formatted(what, name));
        }
        member.ifPresent(known -> {
            addresses.put(known.node(), known.registration().dataAddress());
            if (known.state() != NodeState.UP) {
                problems.add(
                        ProblemKind.DOWN,
                        "%s: node %s is down: start its agent, or leave it out".formatted(what, known.node()));
            }
        });
        return member.map(Member::node);
    }

    private static Collection<String> names(Collection<ServiceId> ids) {
        return ids.stream().map(ServiceId::value).sorted().toList();
    }

    /** The vocabulary's constructors say what is wrong. */
    private <T> Optional<T> valid(Supplier<T> construction) {
        try {
            return Optional.of(construction.get());
        } catch (IllegalArgumentException e) {
            problems.add(ProblemKind.WRONG, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
