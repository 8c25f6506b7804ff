package dev.offramp.agent.ingress.camera;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.agent.ingress.camera.CameraMachine.State;
import dev.offramp.agent.ingress.camera.CameraMachine.Step;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On virtual time. */
class CameraMachineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration MIN = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofSeconds(30);

    private long nowNanos = 17;

    private CameraMachine machine(boolean passive) {
        return new CameraMachine(passive, PATIENCE, new BackOff(MIN, MAX, new SplittableRandom(1)), nowNanos);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    /** Time from now until the machine wants something, in steps of a millisecond. */
    private Duration until(CameraMachine machine, Step step) {
        long from = nowNanos;
        while (true) {
            Step wanted = machine.tick(nowNanos);
            if (wanted != Step.NONE) {
                assertThat(wanted).isEqualTo(step);
                return Duration.ofNanos(nowNanos - from);
            }
            pass(Duration.ofMillis(1));
            assertThat(nowNanos - from).isLessThan(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void opensAtOnceAndIsUpWithTheFirstFrame() {
        CameraMachine machine = machine(false);

        assertThat(machine.tick(nowNanos)).isEqualTo(Step.OPEN);
        assertThat(machine.isUp()).isFalse();
        machine.frame(nowNanos);

        assertThat(machine.state()).isEqualTo(State.STREAMING);
        assertThat(machine.isUp()).isTrue();
        assertThat(machine.reconnects()).isZero();
    }

    @Test
    void givesUpAConnectionThatBringsNoFrame() {
        CameraMachine machine = machine(false);
        machine.tick(nowNanos);

        assertThat(until(machine, Step.CLOSE)).isEqualTo(PATIENCE);
        assertThat(machine.state()).isEqualTo(State.WAITING);
    }

    @Test
    void givesUpACameraThatStalls() {
        CameraMachine machine = machine(false);
        machine.tick(nowNanos);
        for (int i = 0; i < 100; i++) {
            pass(PATIENCE.minusMillis(1));
            assertThat(machine.tick(nowNanos)).isEqualTo(Step.NONE);
            machine.frame(nowNanos);
        }

        assertThat(until(machine, Step.CLOSE)).isEqualTo(PATIENCE);
        assertThat(machine.isUp()).isFalse();
    }

    @Test
    void triesLaterAndLaterUntilAFrameComes() {
        CameraMachine machine = machine(false);
        machine.tick(nowNanos);
        Duration longest = Duration.ZERO;
        for (int attempt = 0; attempt < 10; attempt++) {
            machine.ended(nowNanos);
            Duration full = Duration.ofNanos(Math.min(MAX.toNanos(), MIN.toNanos() << attempt));
            longest = until(machine, Step.OPEN);
            assertThat(longest).isBetween(full.dividedBy(2).minusMillis(1), full.plusMillis(1));
        }
        assertThat(longest).isGreaterThanOrEqualTo(MAX.dividedBy(2));
        assertThat(machine.reconnects()).isEqualTo(10);

        machine.frame(nowNanos);
        machine.ended(nowNanos);

        assertThat(until(machine, Step.OPEN)).isLessThanOrEqualTo(MIN);
    }

    @Test
    void goesOnListeningForACameraThatComesToUs() {
        CameraMachine machine = machine(true);

        assertThat(machine.tick(nowNanos)).isEqualTo(Step.OPEN);
        machine.listening(nowNanos);
        pass(Duration.ofHours(1));
        assertThat(machine.tick(nowNanos)).isEqualTo(Step.NONE);
        machine.frame(nowNanos);
        assertThat(machine.isUp()).isTrue();

        assertThat(until(machine, Step.DROP)).isEqualTo(PATIENCE);
        assertThat(machine.state()).isEqualTo(State.LISTENING);
        machine.frame(nowNanos);
        machine.left(nowNanos);
        assertThat(machine.state()).isEqualTo(State.LISTENING);
        assertThat(machine.reconnects()).isZero();
    }

    @Test
    void triesAgainWhatDoesNotComeToListen() {
        CameraMachine machine = machine(true);
        machine.tick(nowNanos);

        assertThat(until(machine, Step.CLOSE)).isEqualTo(PATIENCE);
        until(machine, Step.OPEN);
        machine.ended(nowNanos);
        until(machine, Step.OPEN);
        machine.listening(nowNanos);
        pass(PATIENCE);
        machine.ended(nowNanos);

        assertThat(until(machine, Step.OPEN)).as("listening was a success").isLessThanOrEqualTo(MIN);
    }

    @Test
    void triesLaterAndLaterWhatComesToListenAndEndsAtOnce() {
        CameraMachine machine = machine(true);
        machine.tick(nowNanos);
        Duration longest = Duration.ZERO;
        for (int attempt = 0; attempt < 10; attempt++) {
            machine.listening(nowNanos);
            machine.ended(nowNanos);
            longest = until(machine, Step.OPEN);
        }
        assertThat(longest).isGreaterThanOrEqualTo(MAX.dividedBy(2));
    }

    @Test
    void aFrameOfAConnectionGivenUpChangesNothing() {
        CameraMachine machine = machine(false);
        machine.tick(nowNanos);
        machine.ended(nowNanos);

        machine.frame(nowNanos);

        assertThat(machine.state()).isEqualTo(State.WAITING);
    }
}
