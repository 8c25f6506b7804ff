package dev.offramp.agent.board.pi4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.platform.MockPlatform;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProvider;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProvider;
import dev.offramp.agent.board.PanelPins;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The panel on Pi4J's mock platform. */
class Pi4jPanelTest {
    private final Context context = Pi4J.newContextBuilder()
            .add(new MockPlatform())
            .add(MockDigitalInputProvider.newInstance(), MockDigitalOutputProvider.newInstance())
            .disableShutdownHook()
            .build();
    private final AtomicInteger presses = new AtomicInteger();

    private Pi4jPanel panel() throws IOException {
        return Pi4jPanel.open(context, PanelPins.of(17, 27, 18).orElseThrow(), presses::incrementAndGet);
    }

    private DigitalState state(String output) {
        DigitalOutput pin = context.io(output);
        return pin.state();
    }

    @Test
    void switchesLampAndFan() throws IOException {
        try (Pi4jPanel panel = panel()) {
            assertThat(state("status-led")).isEqualTo(DigitalState.LOW);
            panel.lamp(true);
            assertThat(state("status-led")).isEqualTo(DigitalState.HIGH);
            assertThat(state("fan")).isEqualTo(DigitalState.LOW);
            panel.fan(true);
            assertThat(state("fan")).isEqualTo(DigitalState.HIGH);
        }
    }

    @Test
    void aPressIsTheButtonGoingDown() throws IOException {
        try (Pi4jPanel panel = panel()) {
            MockDigitalInput button = context.io("drain-button");
            button.mockState(DigitalState.HIGH);
            assertThat(presses).hasValue(0);
            button.mockState(DigitalState.LOW);
            assertThat(presses).hasValue(1);
            button.mockState(DigitalState.HIGH);
            assertThat(presses).hasValue(1);
        }
    }

    @Test
    void closingLeavesTheLampDarkAndTheFanStill() throws IOException {
        Pi4jPanel panel = panel();
        panel.lamp(true);
        panel.fan(true);
        DigitalOutput lamp = context.io("status-led");
        DigitalOutput fan = context.io("fan");

        panel.close();

        assertThat(lamp.state()).isEqualTo(DigitalState.LOW);
        assertThat(fan.state()).isEqualTo(DigitalState.LOW);
    }

    @Test
    void pinsThatAreTakenAreSaidSo() throws IOException {
        Context taken = Pi4J.newContextBuilder()
                .add(new MockPlatform())
                .add(MockDigitalInputProvider.newInstance(), MockDigitalOutputProvider.newInstance())
                .disableShutdownHook()
                .build();
        taken.create(DigitalOutput.newConfigBuilder(taken).id("status-led").address(17));

        assertThatThrownBy(
                        () -> Pi4jPanel.open(taken, PanelPins.of(17, null, null).orElseThrow(), () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be had")
                .hasMessageContaining("group 'gpio'");
    }
}
