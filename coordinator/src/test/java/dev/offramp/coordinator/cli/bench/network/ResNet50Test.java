package dev.offramp.coordinator.cli.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.cli.CliException;
import dev.offramp.partition.onnx.OnnxNetwork;
import org.junit.jupiter.api.Test;

class ResNet50Test {
    @Test
    void hasTheSizeOfResNet50() throws Exception {
        OnnxNetwork network = BenchNetworks.named("resnet50");

        assertThat(network.parameters()).isBetween(25_400_000L, 25_700_000L);
        assertThat(network.input().signature()).isEqualTo("float32[batch,3,224,224]");
        assertThat(network.exits()).hasSize(1);
        assertThat(network.cuts()).hasSizeGreaterThan(16);
        assertThat(network.digest()).isEqualTo(BenchNetworks.named("resnet50").digest());
    }

    @Test
    void namesWhatItKnowsWhereANetworkIsUnknown() {
        assertThatThrownBy(() -> BenchNetworks.named("resnet51"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("resnet51")
                .hasMessageContaining("expected resnet50, cifar10, roadside, or a file");
    }
}
