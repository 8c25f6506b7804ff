package dev.offramp.proto;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.proto.v1.ChainPolicy;
import dev.offramp.proto.v1.PolicyStep;
import dev.offramp.proto.v1.ThresholdAlternative;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Translates between the vocabulary and the wire. Writing never fails; reading refuses whatever the vocabulary would
 * refuse, and unknown enum values, with a {@link WireException}. Stateless.
 */
public final class Codec {
    private Codec() {}

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws WireException;
    }

    /** The vocabulary's constructors validate; what they refuse in a message is the sender's fault, not a bug here. */
    private static <T> T reading(String what, Reading<T> body) throws WireException {
        try {
            return body.read();
        } catch (IllegalArgumentException e) {
            throw new WireException("malformed " + what, e);
        }
    }

    @FunctionalInterface
    private interface Translation<A, B> {
        B apply(A value) throws WireException;
    }

    private static <A, B> List<B> each(List<A> values, Translation<A, B> translation) throws WireException {
        List<B> result = new ArrayList<>(values.size());
        for (A value : values) {
            result.add(translation.apply(value));
        }
        return result;
    }

    public static dev.offramp.proto.v1.Placement write(Placement placement) {
        var message = dev.offramp.proto.v1.Placement.newBuilder().setEpoch(placement.epoch());
        placement.services().forEach(service -> message.addServices(write(service)));
        placement.dataAddresses().forEach((node, address) -> message.putDataAddresses(node.value(), address));
        return message.build();
    }

    public static Placement read(dev.offramp.proto.v1.Placement message) throws WireException {
        return reading("placement", () -> {
            Map<NodeId, String> addresses = new HashMap<>();
            message.getDataAddressesMap().forEach((node, address) -> addresses.put(new NodeId(node), address));
            return new Placement(message.getEpoch(), each(message.getServicesList(), Codec::read), addresses);
        });
    }

    public static dev.offramp.proto.v1.Service write(Service service) {
        var message = dev.offramp.proto.v1.Service.newBuilder()
                .setId(service.id().value())
                .addAllLabels(service.labels())
                .setPreprocessing(write(service.preprocessing()))
                .setScores(Enums.write(service.scores()))
                .setOverflow(Enums.write(service.overflow()))
                .setOptimisation(Enums.write(service.optimisation()))
                .setPriority(service.priority())
                .setDeadlineNanos(service.deadline().toNanos())
                .addAllCodecs(write(service.codecs()));
        service.ingress().forEach(node -> message.addIngress(node.value()));
        for (Chain chain : service.chains()) {
            var chainMessage =
                    dev.offramp.proto.v1.Chain.newBuilder().setName(chain.id().name());
            chain.hops()
                    .forEach(hop -> chainMessage.addHops(dev.offramp.proto.v1.Hop.newBuilder()
                            .setNode(hop.node().value())
                            .setPartition(write(hop.partition()))));
            message.addChains(chainMessage);
        }
        return message.build();
    }

    public static Service read(dev.offramp.proto.v1.Service message) throws WireException {
        return reading("service", () -> {
            ServiceId id = new ServiceId(message.getId());
            return new Service(
                    id,
                    message.getLabelsList(),
                    read(message.getPreprocessing()),
                    Enums.read(message.getScores()),
                    Enums.read(message.getOverflow()),
                    Enums.read(message.getOptimisation()),
                    message.getPriority(),
                    Duration.ofNanos(message.getDeadlineNanos()),
                    each(message.getIngressList(), NodeId::new),
                    each(message.getChainsList(), chain -> readChain(id, chain)),
                    readCodecs(message.getCodecsList()));
        });
    }

    /** None where only the exact ones are allowed, as where a sender knows of no others. */
    private static List<dev.offramp.proto.v1.ActivationCodec> write(CodecChoice codecs) {
        return codecs.equals(CodecChoice.EXACT)
                ? List.of()
                : codecs.allowed().stream().map(Enums::write).toList();
    }

    /** None: the exact ones. */
    public static CodecChoice readCodecs(List<dev.offramp.proto.v1.ActivationCodec> messages) throws WireException {
        List<ActivationCodec> codecs = each(messages, Enums::read);
        return codecs.isEmpty() ? CodecChoice.EXACT : new CodecChoice(Set.copyOf(codecs));
    }

    public static ChainId readChain(String service, String name) throws WireException {
        return reading("chain", () -> new ChainId(new ServiceId(service), name));
    }

    private static Chain readChain(ServiceId service, dev.offramp.proto.v1.Chain message) throws WireException {
        return new Chain(
                new ChainId(service, message.getName()),
                each(message.getHopsList(), hop -> new Hop(new NodeId(hop.getNode()), read(hop.getPartition()))));
    }

    public static dev.offramp.proto.v1.Partition write(Partition partition) {
        var message = dev.offramp.proto.v1.Partition.newBuilder()
                .setIndex(partition.index())
                .setSha256(partition.digest().hex())
                .setFileBytes(partition.fileBytes())
                .setInput(write(partition.input()));
        partition.output().ifPresent(output -> message.setOutput(write(output)));
        partition
                .exits()
                .forEach(exit -> message.addExits(dev.offramp.proto.v1.Exit.newBuilder()
                        .setNumber(exit.number())
                        .setOutput(exit.output())));
        return message.build();
    }

    public static Partition read(dev.offramp.proto.v1.Partition message) throws WireException {
        return reading(
                "partition",
                () -> new Partition(
                        message.getIndex(),
                        new Digest(message.getSha256()),
                        message.getFileBytes(),
                        read(message.getInput()),
                        message.hasOutput() ? Optional.of(read(message.getOutput())) : Optional.empty(),
                        each(message.getExitsList(), exit -> new Exit(exit.getNumber(), exit.getOutput()))));
    }

    public static dev.offramp.proto.v1.TensorSpec write(TensorSpec spec) {
        return dev.offramp.proto.v1.TensorSpec.newBuilder()
                .setName(spec.name())
                .setType(Enums.write(spec.type()))
                .addAllShape(spec.shape())
                .build();
    }

    public static TensorSpec read(dev.offramp.proto.v1.TensorSpec message) throws WireException {
        return reading(
                "tensor",
                () -> new TensorSpec(message.getName(), Enums.read(message.getType()), message.getShapeList()));
    }

    private static dev.offramp.proto.v1.Preprocessing write(Preprocessing preprocessing) {
        return dev.offramp.proto.v1.Preprocessing.newBuilder()
                .setWidth(preprocessing.width())
                .setHeight(preprocessing.height())
                .setColor(Enums.write(preprocessing.color()))
                .addAllMean(preprocessing.mean())
                .addAllStd(preprocessing.std())
                .build();
    }

    private static Preprocessing read(dev.offramp.proto.v1.Preprocessing message) throws WireException {
        return new Preprocessing(
                message.getWidth(),
                message.getHeight(),
                Enums.read(message.getColor()),
                message.getMeanList(),
                message.getStdList());
    }

    public static dev.offramp.proto.v1.Manifest write(Manifest manifest) {
        var message = dev.offramp.proto.v1.Manifest.newBuilder()
                .setFormat(Manifest.FORMAT)
                .setModel(manifest.model().value())
                .setSourceSha256(manifest.source().hex())
                .addAllLabels(manifest.labels())
                .setScores(Enums.write(manifest.scores()))
                .setPreprocessing(write(manifest.preprocessing()));
        manifest.partitions().forEach(partition -> message.addPartitions(write(partition)));
        return message.build();
    }

    public static Manifest read(dev.offramp.proto.v1.Manifest message) throws WireException {
        if (message.getFormat() != Manifest.FORMAT) {
            throw new WireException(
                    "manifest format %d is not known: expected %d. Maybe it was written by a newer offramp"
                            .formatted(message.getFormat(), Manifest.FORMAT));
        }
        return reading(
                "manifest",
                () -> new Manifest(
                        new ServiceId(message.getModel()),
                        new Digest(message.getSourceSha256()),
                        message.getLabelsList(),
                        Enums.read(message.getScores()),
                        read(message.getPreprocessing()),
                        each(message.getPartitionsList(), Codec::read)));
    }

    public static dev.offramp.proto.v1.Policy write(Policy policy) {
        var message = dev.offramp.proto.v1.Policy.newBuilder()
                .setService(policy.service().value())
                .setVersion(policy.version())
                .addAllChains(write(policy.steps().getFirst()))
                .setShadowShare(policy.shadowShare());
        policy.steps().stream()
                .skip(1)
                .forEach(step -> message.addBusier(PolicyStep.newBuilder()
                        .setFromInFlight(step.fromInFlight())
                        .addAllChains(write(step))));
        return message.build();
    }

    private static List<ChainPolicy> write(Policy.Step step) {
        List<ChainPolicy> chains = new ArrayList<>();
        step.mix().probabilities().forEach((chain, probability) -> {
            ChainPolicy.Builder message =
                    ChainPolicy.newBuilder().setChain(chain.name()).setProbability(probability);
            List<ThresholdMix.Alternative> alternatives =
                    step.thresholdsOf(chain).alternatives();
            if (alternatives.size() == 1) {
                message.addAllThresholds(writeThresholds(alternatives.getFirst().thresholds()));
            } else {
                alternatives.forEach(one -> message.addAlternatives(ThresholdAlternative.newBuilder()
                        .setShare(one.share())
                        .addAllThresholds(writeThresholds(one.thresholds()))));
            }
            chains.add(message.build());
        });
        return chains;
    }

    public static List<Float> writeThresholds(Thresholds thresholds) {
        List<Float> values = new ArrayList<>(thresholds.exits());
        for (float value : thresholds.toArray()) {
            values.add(value);
        }
        return values;
    }

    public static Policy read(dev.offramp.proto.v1.Policy message) throws WireException {
        return reading("policy", () -> {
            ServiceId service = new ServiceId(message.getService());
            List<Policy.Step> steps = new ArrayList<>();
            steps.add(readStep(service, 0, message.getChainsList()));
            for (PolicyStep step : message.getBusierList()) {
                steps.add(readStep(service, step.getFromInFlight(), step.getChainsList()));
            }
            return new Policy(service, message.getVersion(), steps, message.getShadowShare());
        });
    }

    private static Policy.Step readStep(ServiceId service, int fromInFlight, List<ChainPolicy> chains)
            throws WireException {
        Map<ChainId, Double> mix = new HashMap<>();
        Map<ChainId, ThresholdMix> thresholds = new HashMap<>();
        for (ChainPolicy chain : chains) {
            ChainId id = new ChainId(service, chain.getChain());
            mix.put(id, chain.getProbability());
            if (thresholds.put(id, readMix(chain)) != null) {
                throw new WireException("chain '%s' is there twice: expected once".formatted(chain.getChain()));
            }
        }
        return new Policy.Step(fromInFlight, ChainMix.of(mix), thresholds);
    }

    private static ThresholdMix readMix(ChainPolicy message) throws WireException {
        if (message.getAlternativesCount() == 0) {
            return ThresholdMix.of(readThresholds(message.getThresholdsList()));
        }
        if (message.getThresholdsCount() > 0) {
            throw new WireException(
                    "chain '%s' has thresholds and alternatives: expected one of them".formatted(message.getChain()));
        }
        return new ThresholdMix(each(
                message.getAlternativesList(),
                one -> new ThresholdMix.Alternative(one.getShare(), readThresholds(one.getThresholdsList()))));
    }

    /** Throws IllegalArgumentException on a threshold out of range. */
    public static Thresholds readThresholds(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return Thresholds.of(array);
    }

    public static List<dev.offramp.proto.v1.Verdict> writeVerdicts(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(verdict -> dev.offramp.proto.v1.Verdict.newBuilder()
                        .setLabel(verdict.label())
                        .setConfidence(verdict.confidence())
                        .build())
                .toList();
    }

    public static List<Verdict> readVerdicts(List<dev.offramp.proto.v1.Verdict> messages) throws WireException {
        return reading(
                "verdict", () -> each(messages, message -> new Verdict(message.getLabel(), message.getConfidence())));
    }

    public static dev.offramp.proto.v1.JobId write(JobId id) {
        return dev.offramp.proto.v1.JobId.newBuilder()
                .setIngress(id.ingress().value())
                .setIncarnation(id.incarnation())
                .setSequence(id.sequence())
                .build();
    }

    public static JobId read(dev.offramp.proto.v1.JobId message) throws WireException {
        return reading(
                "job id",
                () -> new JobId(new NodeId(message.getIngress()), message.getIncarnation(), message.getSequence()));
    }

    public static dev.offramp.proto.v1.Timings write(Timings timings) {
        return dev.offramp.proto.v1.Timings.newBuilder()
                .setQueueingNanos(timings.queueingNanos())
                .setComputeNanos(timings.computeNanos())
                .setNetworkNanos(timings.networkNanos())
                .build();
    }

    public static Timings read(dev.offramp.proto.v1.Timings message) {
        return new Timings(message.getQueueingNanos(), message.getComputeNanos(), message.getNetworkNanos());
    }

    public static dev.offramp.proto.v1.Outcome write(JobId job, Outcome outcome, Timings timings) {
        var message =
                dev.offramp.proto.v1.Outcome.newBuilder().setJob(write(job)).setTimings(write(timings));
        switch (outcome) {
            case Outcome.Completed completed ->
                message.setCompleted(dev.offramp.proto.v1.Completed.newBuilder()
                        .setExit(completed.exit())
                        .setLabel(completed.label())
                        .setConfidence(completed.confidence())
                        .addAllPassed(writeVerdicts(completed.passed())));
            case Outcome.Lost lost ->
                message.setLost(dev.offramp.proto.v1.Lost.newBuilder()
                        .setReason(Enums.write(lost.reason()))
                        .setNode(lost.node().value()));
        }
        return message.build();
    }

    /** The result in an outcome message; its job and timings are read by {@link #read(dev.offramp.proto.v1.JobId)} and {@link #read(dev.offramp.proto.v1.Timings)}. */
    public static Outcome read(dev.offramp.proto.v1.Outcome message) throws WireException {
        return reading("outcome", () -> switch (message.getResultCase()) {
            case COMPLETED ->
                new Outcome.Completed(
                        message.getCompleted().getExit(),
                        message.getCompleted().getLabel(),
                        message.getCompleted().getConfidence(),
                        readVerdicts(message.getCompleted().getPassedList()));
            case LOST ->
                new Outcome.Lost(
                        Enums.read(message.getLost().getReason()),
                        new NodeId(message.getLost().getNode()));
            case RESULT_NOT_SET -> throw new WireException("outcome has no result: expected completed or lost");
        });
    }
}
