package dev.offramp.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.ActivationCodec;
import dev.offramp.partition.Chain;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.CodecChoice;
import dev.offramp.partition.ElementType;
import dev.offramp.partition.Exit;
import dev.offramp.partition.Hop;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.Optimisation;
import dev.offramp.partition.Overflow;
import dev.offramp.partition.Partition;
import dev.offramp.partition.Placement;
import dev.offramp.partition.Scores;
import dev.offramp.partition.Service;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.TensorSpec;
import dev.offramp.partition.artifact.Digest;
import dev.offramp.partition.artifact.Manifest;
import dev.offramp.partition.artifact.Preprocessing;
import dev.offramp.partition.job.JobId;
import dev.offramp.partition.job.LossReason;
import dev.offramp.partition.job.Outcome;
import dev.offramp.partition.job.Timings;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.policy.ChainMix;
import dev.offramp.partition.policy.Policy;
import dev.offramp.partition.policy.ThresholdMix;
import dev.offramp.partition.policy.Thresholds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
    private static final TensorSpec IMAGE = new TensorSpec("image", ElementType.FLOAT32, List.of(-1L, 3L, 8L, 8L));
    private static final TensorSpec EDGE = new TensorSpec("edge", ElementType.UINT8, List.of(-1L, 4L, 4L, 4L));
    private static final Partition FIRST =
            new Partition(0, digest("first"), 10, IMAGE, Optional.of(EDGE), List.of(new Exit(1, "exit1")));
    private static final Partition LAST =
            new Partition(1, digest("last"), 20, EDGE, Optional.empty(), List.of(new Exit(2, "exit2")));
    private static final Preprocessing GRAY =
            new Preprocessing(8, 8, Preprocessing.Color.GRAY, List.of(0.5f), List.of(0.25f));
    private static final Manifest MANIFEST = new Manifest(
            new ServiceId("tiny"), digest("source"), List.of("cat", "dog"), Scores.LOGITS, GRAY, List.of(FIRST, LAST));
    private static final ChainId CHAIN = new ChainId(new ServiceId("tiny"), "a");

    @TempDir
    Path directory;

    @Test
    void manifestSurvivesItsFile() throws Exception {
        ManifestFile.write(directory, MANIFEST);

        assertThat(ManifestFile.read(directory)).isEqualTo(MANIFEST);
    }

    @Test
    void refusesManifestOfAnotherFormatAndTruncatedOnes() {
        String json = ManifestFile.toJson(MANIFEST);

        assertThatThrownBy(() -> ManifestFile.fromJson(json.replace("\"format\": 1", "\"format\": 9")))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("format 9");
        for (int length = 0; length < json.length() - 2; length += 7) {
            String truncated = json.substring(0, length);
            assertThatThrownBy(() -> ManifestFile.fromJson(truncated)).isInstanceOf(WireException.class);
        }
    }

    @Test
    void placementSurvivesTheWire() throws Exception {
        Service service = new Service(
                new ServiceId("tiny"),
                List.of("cat", "dog"),
                GRAY,
                Scores.PROBABILITIES,
                Overflow.BLOCK,
                Optimisation.ALL,
                3,
                Duration.ofMillis(1500),
                List.of(new NodeId("pi-1")),
                List.of(new Chain(
                        CHAIN, List.of(new Hop(new NodeId("pi-1"), FIRST), new Hop(new NodeId("pi-2"), LAST)))),
                CodecChoice.AUTO);
        Placement placement = new Placement(
                7, List.of(service), Map.of(new NodeId("pi-1"), "127.0.0.1:1", new NodeId("pi-2"), "127.0.0.1:2"));

        assertThat(Codec.read(Codec.write(placement))).isEqualTo(placement);
    }

    @Test
    void everyChoiceOfCodecsSurvivesTheWire() throws Exception {
        for (String label : CodecChoice.labels()) {
            CodecChoice codecs = CodecChoice.parse(label);
            List<Chain> chains = List.of(
                    new Chain(CHAIN, List.of(new Hop(new NodeId("pi-1"), FIRST), new Hop(new NodeId("pi-1"), LAST))));
            Service service = new Service(
                    new ServiceId("tiny"),
                    List.of("cat", "dog"),
                    GRAY,
                    Scores.LOGITS,
                    Overflow.DROP_NEW,
                    Optimisation.EXTENDED,
                    0,
                    Duration.ofSeconds(1),
                    List.of(new NodeId("pi-1")),
                    chains,
                    codecs);

            assertThat(Codec.read(Codec.write(service))).isEqualTo(service);
        }
    }

    @Test
    void aServiceThatSaysNothingOfCodecsMeansTheExactOnes() throws Exception {
        assertThat(Codec.readCodecs(List.of())).isEqualTo(CodecChoice.EXACT);
        assertThatThrownBy(() -> Codec.readCodecs(List.of(dev.offramp.proto.v1.ActivationCodec.UNRECOGNIZED)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("newer offramp");
    }

    @Test
    void policySurvivesTheWire() throws Exception {
        Policy policy =
                Policy.of(CHAIN.service(), 3, ChainMix.of(Map.of(CHAIN, 1.0)), Map.of(CHAIN, Thresholds.of(0.8f, 2f)));

        assertThat(Codec.read(Codec.write(policy))).isEqualTo(policy);
    }

    @Test
    void policyWithStepsSurvivesTheWire() throws Exception {
        Policy mixed = mixed();
        Policy.Step first = mixed.steps().getFirst();
        Policy policy = new Policy(
                mixed.service(), 2, List.of(first, new Policy.Step(5, first.mix(), first.thresholds())), 0.1);

        assertThat(Codec.read(Codec.write(policy))).isEqualTo(policy);
        assertThat(Documents.policy(Documents.toJson(policy))).isEqualTo(policy);
    }

    @Test
    void policyWithAlternativesSurvivesTheWire() throws Exception {
        Policy policy = mixed();

        assertThat(Codec.read(Codec.write(policy))).isEqualTo(policy);
        assertThat(Documents.policy(Documents.toJson(policy))).isEqualTo(policy);
    }

    @Test
    void refusesAChainThatIsThereTwice() {
        var message = Codec.write(mixed());

        assertThatThrownBy(() -> Codec.read(
                        message.toBuilder().addChains(message.getChains(1)).build()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("chain 'b' is there twice");
    }

    private static Policy mixed() {
        ThresholdMix mix = new ThresholdMix(List.of(
                new ThresholdMix.Alternative(0.1, Thresholds.of(0f, 0f)),
                new ThresholdMix.Alternative(0.9, Thresholds.of(0.8f, 0f))));
        ChainId other = new ChainId(CHAIN.service(), "b");
        return new Policy(
                CHAIN.service(),
                3,
                ChainMix.of(Map.of(CHAIN, 1.0, other, 0.0)),
                Map.of(CHAIN, mix, other, ThresholdMix.of(0.5f, 0f)),
                0.02);
    }

    @Test
    void policyWrittenBeforeThereWereAlternativesIsAMixOfOne() throws Exception {
        Policy policy = Documents.policy("""
                {"service": "tiny", "version": "3",
                 "chains": [{"chain": "a", "probability": 1.0, "thresholds": [0.8, 0.0]}]}
                """);

        assertThat(policy.thresholdsOf(CHAIN)).isEqualTo(ThresholdMix.of(0.8f, 0f));
        assertThat(policy.shadowShare()).isZero();
        assertThat(Documents.toJson(policy)).doesNotContain("alternatives");
    }

    @Test
    void refusesAlternativesThatCannotBe() {
        var message = Codec.write(mixed());
        var chain = message.getChains(0);
        for (var broken : List.of(
                chain.toBuilder().addThresholds(0.5f),
                chain.toBuilder().removeAlternatives(0),
                chain.toBuilder().addAlternatives(chain.getAlternatives(0)),
                chain.toBuilder()
                        .setAlternatives(0, chain.getAlternatives(0).toBuilder().setShare(Double.NaN)),
                chain.toBuilder()
                        .setAlternatives(0, chain.getAlternatives(0).toBuilder().addThresholds(0f)),
                chain.toBuilder()
                        .setAlternatives(0, chain.getAlternatives(0).toBuilder().setThresholds(0, 3f)))) {
            assertThatThrownBy(() ->
                            Codec.read(message.toBuilder().setChains(0, broken).build()))
                    .isInstanceOf(WireException.class)
                    .hasMessageMatching("(?s)(malformed policy|chain 'a' has thresholds and alternatives).*");
        }
    }

    @Test
    void outcomesSurviveTheWire() throws Exception {
        JobId job = new JobId(new NodeId("pi-1"), 5, 42);
        Outcome completed = new Outcome.Completed(3, 7, 0.75f, List.of(new Verdict(4, 0.5f), new Verdict(7, 0.25f)));

        var message = Codec.write(job, completed, new Timings(11, 13, 17));

        assertThat(Codec.read(message.getJob())).isEqualTo(job);
        assertThat(Codec.read(message)).isEqualTo(completed);
        assertThat(Codec.read(message.getTimings())).isEqualTo(new Timings(11, 13, 17));
    }

    @Test
    void refusesOutcomesThatCannotBe() {
        var message =
                Codec.write(new JobId(new NodeId("pi-1"), 5, 42), new Outcome.Completed(2, 7, 0.75f), Timings.ZERO);
        for (var completed : List.of(
                message.getCompleted().toBuilder().setExit(0).build(),
                message.getCompleted().toBuilder().setLabel(-1).build(),
                message.getCompleted().toBuilder().setConfidence(Float.NaN).build(),
                message.getCompleted().toBuilder().setConfidence(1.5f).build(),
                message.getCompleted().toBuilder()
                        .addAllPassed(Codec.writeVerdicts(List.of(new Verdict(1, 0f), new Verdict(1, 0f))))
                        .build())) {
            assertThatThrownBy(() -> Codec.read(
                            message.toBuilder().setCompleted(completed).build()))
                    .isInstanceOf(WireException.class)
                    .hasMessageContaining("malformed outcome");
        }
    }

    @ParameterizedTest
    @EnumSource(LossReason.class)
    void everyLossReasonSurvivesTheWire(LossReason reason) throws Exception {
        Outcome lost = new Outcome.Lost(reason, new NodeId("pi-1"));

        assertThat(Codec.read(Codec.write(new JobId(new NodeId("pi-1"), 5, 1), lost, Timings.ZERO)))
                .isEqualTo(lost);
    }

    @Test
    void everyEnumConstantHasItsCounterpart() throws Exception {
        for (ElementType type : ElementType.values()) {
            assertThat(Enums.read(Enums.write(type))).isEqualTo(type);
        }
        for (ActivationCodec codec : ActivationCodec.values()) {
            assertThat(Enums.read(Enums.write(codec))).isEqualTo(codec);
        }
        for (Overflow overflow : Overflow.values()) {
            assertThat(Enums.read(Enums.write(overflow))).isEqualTo(overflow);
        }
        for (Optimisation optimisation : Optimisation.values()) {
            assertThat(Enums.read(Enums.write(optimisation))).isEqualTo(optimisation);
        }
        for (Scores scores : Scores.values()) {
            assertThat(Enums.read(Enums.write(scores))).isEqualTo(scores);
        }
        for (Preprocessing.Color color : Preprocessing.Color.values()) {
            assertThat(Enums.read(Enums.write(color))).isEqualTo(color);
        }
    }

    @Test
    void refusesUnknownEnumValuesAndMissingResults() {
        assertThatThrownBy(() -> Enums.read(dev.offramp.proto.v1.LossReason.UNRECOGNIZED))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> Enums.read(dev.offramp.proto.v1.Overflow.OVERFLOW_UNSPECIFIED))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> Codec.read(dev.offramp.proto.v1.Outcome.getDefaultInstance()))
                .isInstanceOf(WireException.class);
    }

    @Test
    void refusesWhatTheVocabularyRefuses() {
        assertThatThrownBy(() -> Codec.read(dev.offramp.proto.v1.JobId.newBuilder()
                        .setIngress("Not A Name")
                        .build()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Not A Name");
        assertThatThrownBy(() -> Codec.read(dev.offramp.proto.v1.Partition.getDefaultInstance()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("SHA-256");
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
