package dev.offramp.agent.board.pi4j;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import dev.offramp.agent.board.Panel;
import dev.offramp.agent.board.PanelPins;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A panel on a Raspberry Pi's pins. The only class that knows Pi4J, whose jars are there only where a panel is. Thread-safe. */
public final class Pi4jPanel implements Panel {
    private static final Logger log = LoggerFactory.getLogger(Pi4jPanel.class);
    private static final long DEBOUNCE_MILLIS = 30;

    private final Context context;
    private final Optional<DigitalOutput> lamp;
    private final Optional<DigitalOutput> fan;

    private Pi4jPanel(Context context, PanelPins pins, Runnable pressed) {
        this.context = context;
        this.lamp = output("status-led", pins.statusLed());
        this.fan = output("fan", pins.fan());
        pins.drainButton().ifPresent(pin -> button(pin, pressed));
    }

    /**
     * Takes the pins.
     *
     * @param pressed called on Pi4J's thread when the button goes down
     */
    public static Pi4jPanel open(PanelPins pins, Runnable pressed) throws IOException {
        return open(Pi4J.newContextBuilder().autoDetect().disableShutdownHook().build(), pins, pressed);
    }

    /** @param context closed with the panel, and when the pins cannot be had */
    static Pi4jPanel open(Context context, PanelPins pins, Runnable pressed) throws IOException {
        try {
            return new Pi4jPanel(context, pins, pressed);
        } catch (Pi4JException e) {
            context.shutdown();
            throw new IOException(
                    "the pins of %s cannot be had: %s\nMaybe the agent's user is not in the group 'gpio', or another program holds them"
                            .formatted(pins, e.getMessage()),
                    e);
        }
    }

    private Optional<DigitalOutput> output(String name, OptionalInt pin) {
        return pin.isEmpty()
                ? Optional.empty()
                : Optional.of(context.create(DigitalOutput.newConfigBuilder(context)
                        .id(name)
                        .address(pin.getAsInt())
                        .initial(DigitalState.LOW)
                        .shutdown(DigitalState.LOW)));
    }

    private void button(int pin, Runnable pressed) {
        DigitalInput button = context.create(DigitalInput.newConfigBuilder(context)
                .id("drain-button")
                .address(pin)
                .pull(PullResistance.PULL_UP)
                .debounce(DEBOUNCE_MILLIS, TimeUnit.MILLISECONDS));
        button.addListener(event -> {
            if (event.state() == DigitalState.LOW) {
                pressed.run();
            }
        });
    }

    @Override
    public void lamp(boolean lit) {
        lamp.ifPresent(output -> set(output, lit));
    }

    @Override
    public void fan(boolean runs) {
        fan.ifPresent(output -> set(output, runs));
    }

    /** A pin that fails must not stop the agent's timers. */
    private static void set(DigitalOutput output, boolean high) {
        try {
            output.setState(high);
        } catch (Pi4JException e) {
            log.warn("{} cannot be switched: {}", output.id(), e.getMessage());
        }
    }

    @Override
    public void close() {
        context.shutdown();
    }
}
