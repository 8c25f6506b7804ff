package dev.offramp.coordinator.cli.bench.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.coordinator.cli.bench.chain.Chains.Length;
import dev.offramp.coordinator.cli.bench.chain.Chains.Times;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainsTest {
    private static final Length TWO =
            new Length(2, 0.8, 95, 100, 0.96, new Times(14e6, 20e6), new Times(11e6, 12e6), new Times(10e6, 11e6));

    @Test
    void aHopIsItsShareOfWhatIsNotComputed() {
        assertThat(TWO.hopNanos()).isEqualTo(1.5e6);
    }

    @Test
    void chainsAreComparedWithTheirBoundAndWithTheUncutNetwork() {
        Chains chains = new Chains("net", List.of(TWO));
        StringWriter text = new StringWriter();
        chains.print(new PrintWriter(text));

        assertThat(text.toString())
                .containsPattern("2 +0.80 +95.0 +100.0 +0.960")
                .containsPattern("2 +14.000 +20.000 +11.000 +10.000 +11.000 +1.400 +1.100 +1.500");
        assertThat(chains.json().at("/chains/0/throughputRatio").asDouble()).isEqualTo(0.96);
        assertThat(chains.json().at("/chains/0/latencyRatio").asDouble()).isEqualTo(1.4);
        assertThat(chains.json().at("/chains/0/computingRatio").asDouble()).isEqualTo(1.1);
    }

    @Test
    void refusesChainsThatCannotBe() {
        assertThatThrownBy(() -> new ChainCommand.Wanted("net", List.of(0), 1, 1))
                .hasMessageContaining("[0]");
        assertThatThrownBy(() -> new ChainCommand.Wanted("net", List.of(1), 0, 1))
                .hasMessageContaining("0 rounds");
    }
}
