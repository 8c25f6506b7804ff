package dev.offramp.agent.board;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is wired to which GPIO of a Raspberry Pi, by Broadcom's numbers. Immutable.
 *
 * @param statusLed lit by a high level
 * @param drainButton pulls its pin to ground while it is pressed
 * @param fan runs at a high level
 */
public record PanelPins(OptionalInt statusLed, OptionalInt drainButton, OptionalInt fan) {
    private static final int MAX_GPIO = 27;

    public PanelPins {
        long used = pins(statusLed, drainButton, fan).count();
        if (used == 0) {
            throw new IllegalArgumentException("a panel without a pin: expected a lamp, a button or a fan");
        }
        if (pins(statusLed, drainButton, fan).distinct().count() != used) {
            throw new IllegalArgumentException(
                    "status LED %s, drain button %s and fan %s share a pin: expected one each"
                            .formatted(number(statusLed), number(drainButton), number(fan)));
        }
        pins(statusLed, drainButton, fan).forEach(pin -> {
            if (pin < 0 || pin > MAX_GPIO) {
                throw new IllegalArgumentException(
                        "GPIO %d: expected 0 to %d, Broadcom's number and not the header's".formatted(pin, MAX_GPIO));
            }
        });
    }

    /** Pins that are null are not wired; empty where none is. */
    public static Optional<PanelPins> of(
            @Nullable Integer statusLed, @Nullable Integer drainButton, @Nullable Integer fan) {
        return Stream.of(statusLed, drainButton, fan).noneMatch(Objects::nonNull)
                ? Optional.empty()
                : Optional.of(new PanelPins(optional(statusLed), optional(drainButton), optional(fan)));
    }

    private static OptionalInt optional(@Nullable Integer pin) {
        return pin == null ? OptionalInt.empty() : OptionalInt.of(pin);
    }

    private static IntStream pins(OptionalInt... pins) {
        return Stream.of(pins).flatMapToInt(OptionalInt::stream);
    }

    private static String number(OptionalInt pin) {
        return pin.isPresent() ? String.valueOf(pin.getAsInt()) : "none";
    }
}
