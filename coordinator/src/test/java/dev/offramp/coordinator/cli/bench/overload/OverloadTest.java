package dev.offramp.coordinator.cli.bench.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.offramp.coordinator.cli.bench.HopCounter;
import dev.offramp.coordinator.cli.bench.OpenLoop;
import dev.offramp.coordinator.queueing.Mm1k;
import dev.offramp.coordinator.simulation.RandomStreams;
import dev.offramp.proto.v1.Completed;
import dev.offramp.proto.v1.Lost;
import dev.offramp.proto.v1.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverloadTest {
    private static final long MILLI = 1_000_000;
    private static final Line TWO_PLACES = Line.parse(Law.EXPONENTIAL, "2");
    private static final Kept AS_ASKED = new Kept(1000, 0.005, 1);
    private final Theory theory = new Theory(new RandomStreams(1));

    private static Measured measured(Line line, Arrivals arrivals, double rate, long lost, long... more) {
        List<Measured.Hop> hops = new ArrayList<>(List.of(new Measured.Hop(lost, 1000, 0.005, 1)));
        for (long atHop : more) {
            hops.add(new Measured.Hop(atHop, 500, 0.005, 1));
        }
        return new Measured(new Measured.Condition(line, arrivals, rate), 100, 1000, rate, hops);
    }

    @Test
    void thereIsAFormulaForTheFirstHopUnderPoissonArrivals() {
        Theory.Expected expected = theory.of(measured(TWO_PLACES, Arrivals.POISSON, 200, 0), AS_ASKED)
                .getFirst();

        assertThat(expected.witness()).isEqualTo(Theory.Witness.FORMULA);
        assertThat(expected.lossRatio()).isCloseTo(Mm1k.lossRatio(1, 2), within(1e-9));
        assertThat(expected.low()).isBetween(0.28, 0.33);
        assertThat(expected.high()).isBetween(0.335, 0.39);
    }

    @Test
    void whatIsNotTheModelIsOutside() {
        // K without the job in service: 1/3 becomes 1/4.
        Theory.Expected expected = theory.of(measured(TWO_PLACES, Arrivals.POISSON, 200, 0), AS_ASKED)
                .getFirst();

        assertThat(expected.covers(0.25, 1000)).isFalse();
        assertThat(expected.covers(0.333, 1000)).isTrue();
    }

    @Test
    void elsewhereTheSimulatorIsAsked() {
        List<Theory.Expected> hops =
                theory.of(measured(Line.parse(Law.EXPONENTIAL, "8-4"), Arrivals.POISSON, 300, 0, 0), AS_ASKED);

        assertThat(hops).hasSize(2);
        assertThat(hops.getFirst().witness()).isEqualTo(Theory.Witness.FORMULA);
        assertThat(hops.getLast().witness()).isEqualTo(Theory.Witness.SIMULATOR);
        assertThat(hops.getLast().lossRatio())
                .isBetween(hops.getLast().low(), hops.getLast().high());

        Theory.Expected periodic = theory.of(measured(TWO_PLACES, Arrivals.PERIODIC, 400, 0), new Kept(1000, 0.005, 0))
                .getFirst();
        assertThat(periodic.witness()).isEqualTo(Theory.Witness.SIMULATOR);
        assertThat(periodic.lossRatio()).as("D/D/1/K loses 1 − 1/ρ").isCloseTo(0.5, within(0.01));
    }

    @Test
    void countsWhatComesAfterTheWarmUpByTheAgentThatLostIt() {
        Line line = Line.parse(Law.DETERMINISTIC, "8-4");
        List<OpenLoop.Fate> fates = List.of(
                lost(0, line.agent(0)), done(1), lost(2, line.agent(1)), done(3), lost(4, line.agent(1)), done(5));
        HopCounter first = new HopCounter(6, 6, 5, 0, 5, 5 * 4.0 * MILLI, 5 * 16.0 * MILLI * MILLI);
        HopCounter second = new HopCounter(5, 5, 0, 3, 3, 3 * 5.0 * MILLI, 3 * 30.0 * MILLI * MILLI);

        Measured measured =
                Measured.of(new Measured.Condition(line, Arrivals.POISSON, 1), fates, 1, List.of(first, second));

        assertThat(measured.jobs()).isEqualTo(5);
        assertThat(measured.arrivalRate()).isCloseTo(1000, within(1e-6));
        assertThat(measured.lossRatio(0)).isZero();
        assertThat(measured.lossRatio(1)).isEqualTo(0.4);
        assertThat(measured.hops().getFirst().meanServiceTime()).isEqualTo(0.004);
        assertThat(measured.hops().getFirst().serviceScv()).isCloseTo(0, within(1e-9));
        assertThat(measured.hops().getLast().serviceScv()).isCloseTo(0.2, within(1e-9));
    }

    private static OpenLoop.Fate lost(long milli, String agent) {
        return fate(milli, Outcome.newBuilder().setLost(Lost.newBuilder().setNode(agent)));
    }

    private static OpenLoop.Fate done(long milli) {
        return fate(milli, Outcome.newBuilder().setCompleted(Completed.getDefaultInstance()));
    }

    private static OpenLoop.Fate fate(long milli, Outcome.Builder outcome) {
        return new OpenLoop.Fate(milli * MILLI, milli * MILLI, (milli + 9) * MILLI, outcome.build());
    }

    @Test
    void saysTheSameInBothForms() {
        List<Measured> all = List.of(
                measured(TWO_PLACES, Arrivals.POISSON, 200, 333), measured(TWO_PLACES, Arrivals.POISSON, 200, 250));
        Overload overload = Overload.of(Duration.ofMillis(5), all, theory);
        StringWriter text = new StringWriter();
        overload.print(new PrintWriter(text));

        assertThat(text.toString())
                .containsPattern("exponential +2 +1 +1.000 +1000 +33.30 +33.33 .* inside +formula")
                .containsPattern("exponential +2 +1 +1.000 +1000 +25.00 +33.33 .* outside +formula")
                .contains("exponential service times of 5.00 ms were 5.000 ms with an scv of 1.0000 over 2000 jobs")
                .contains("1 of 2 inside");
        assertThat(overload.json().at("/rows/0/inside").asBoolean()).isTrue();
        assertThat(overload.json().at("/rows/1/inside").asBoolean()).isFalse();
        assertThat(overload.json().at("/kept/exponential/serviceScv").asDouble())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoLine() {
        assertThat(Line.parse(Law.EXPONENTIAL, "8-4").capacities()).containsExactly(8, 4);
        assertThatThrownBy(() -> Line.parse(Law.EXPONENTIAL, "8-x")).hasMessageContaining("'8-x' is no line of agents");
        assertThatThrownBy(() -> Line.parse(Law.EXPONENTIAL, "0")).hasMessageContaining("each from 1");
    }
}
