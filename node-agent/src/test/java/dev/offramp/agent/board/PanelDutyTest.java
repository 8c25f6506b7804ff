package dev.offramp.agent.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PanelDutyTest {
    private static final class Recorded implements Panel {
        private final StringBuilder lamp = new StringBuilder();
        private boolean fan;

        @Override
        public void lamp(boolean lit) {
            lamp.append(lit ? '#' : '.');
        }

        @Override
        public void fan(boolean runs) {
            fan = runs;
        }

        @Override
        public void close() {}
    }

    private final Recorded panel = new Recorded();
    private boolean attached = true;
    private boolean draining;
    private OptionalDouble celsius = OptionalDouble.of(40);
    private Set<PowerProblem> problems = Set.of();
    private boolean readOnly;

    private final Board board = new Board() {
        @Override
        public BoardModel model() {
            return new BoardModel("Raspberry Pi 5", false, 1);
        }

        @Override
        public BoardCondition condition() {
            return new BoardCondition(celsius, problems, Set.of(), OptionalLong.empty(), Optional.of(readOnly));
        }
    };

    private final PanelDuty duty = new PanelDuty(panel, board, () -> attached, () -> draining, 60);

    /** The lamp in the next {@code steps} quarters of a second. */
    private String lamp(int steps) {
        panel.lamp.setLength(0);
        for (int i = 0; i < steps; i++) {
            duty.step();
        }
        return panel.lamp.toString();
    }

    @Test
    void theLampIsLitWhileACoordinatorIsAttachedAndBlinksWhileNoneIs() {
        assertThat(lamp(8)).isEqualTo("########");

        attached = false;
        assertThat(lamp(16)).isEqualTo("####....####....");
    }

    @Test
    void theLampFlickersWhileTheBoardNeedsAttention() {
        problems = EnumSet.of(PowerProblem.UNDER_VOLTAGE);
        assertThat(lamp(8)).isEqualTo("#.#.#.#.");

        problems = Set.of();
        readOnly = true;
        assertThat(lamp(8)).isEqualTo("#.#.#.#.");
    }

    @Test
    void theLampIsDarkOnceTheNodeDrains() {
        problems = EnumSet.of(PowerProblem.UNDER_VOLTAGE);
        draining = true;

        assertThat(lamp(8)).isEqualTo("........");
    }

    @Test
    void theFanStartsAtItsTemperatureAndStopsEightDegreesBelow() {
        lamp(4);
        assertThat(panel.fan).isFalse();
        celsius = OptionalDouble.of(60);
        lamp(4);
        assertThat(panel.fan).isTrue();
        celsius = OptionalDouble.of(52);
        lamp(4);
        assertThat(panel.fan).isTrue();
        celsius = OptionalDouble.of(51.9);
        lamp(4);
        assertThat(panel.fan).isFalse();
    }

    @Test
    void theFanRunsWhereTheBoardDoesNotSayHowHotItIs() {
        celsius = OptionalDouble.empty();
        lamp(1);

        assertThat(panel.fan).isTrue();
    }

    @Test
    void pinsMustExistAndDiffer() {
        assertThat(PanelPins.of(null, null, null)).isEmpty();
        assertThat(PanelPins.of(17, null, 18))
                .contains(new PanelPins(OptionalInt.of(17), OptionalInt.empty(), OptionalInt.of(18)));
        assertThatThrownBy(() -> PanelPins.of(17, 17, null)).hasMessageContaining("share a pin");
        assertThatThrownBy(() -> PanelPins.of(40, null, null)).hasMessageContaining("GPIO 40: expected 0 to 27");
    }
}
