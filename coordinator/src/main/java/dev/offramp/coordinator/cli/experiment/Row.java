package dev.offramp.coordinator.cli.experiment;

import dev.offramp.coordinator.scheduling.Ceiling;
import dev.offramp.coordinator.simulation.Replications;
import dev.offramp.coordinator.simulation.Replications.Estimate;
import dev.offramp.coordinator.simulation.SimulationResult;
import java.util.List;
import java.util.Locale;

/** What one scheduler achieved in one case. */
record Row(
        Setting setting, String scheduler, Estimate goodput, Estimate accuracy, Estimate lossRatio, Estimate latency) {
    /** In place of a scheduler. */
    static final String CEILING = "ceiling";

    static final String HEADER = "board,deployment,deadline,arrivals,load_factor,scheduler,"
            + "correct_goodput,correct_goodput_ci95,accuracy,accuracy_ci95,loss_ratio,loss_ratio_ci95,"
            + "mean_latency_seconds,mean_latency_seconds_ci95";

    static Row of(Setting setting, String scheduler, List<SimulationResult> results) {
        Replications runs = Replications.of(results);
        return new Row(
                setting,
                scheduler,
                runs.overall(SimulationResult::correctGoodput),
                runs.overall(SimulationResult::accuracy),
                runs.overall(SimulationResult::lossRatio),
                runs.overall(result -> result.services().get(0).latency().mean()));
    }

    /** What no thresholds can beat there. */
    static Row of(Setting setting, Ceiling ceiling) {
        return new Row(
                setting,
                CEILING,
                exactly(ceiling.correctGoodput()),
                exactly(ceiling.accuracy()),
                exactly(ceiling.lossRatio()),
                exactly(ceiling.latency()));
    }

    private static Estimate exactly(double value) {
        return new Estimate(value, 0);
    }

    String csv() {
        return String.format(
                Locale.ROOT,
                "%s,%s,%d,%s,%.2f,%s,%.5f,%.5f,%.5f,%.5f,%.5f,%.5f,%.5f,%.5f",
                setting.board(),
                setting.deployment(),
                setting.deadline(),
                setting.arrivals(),
                setting.loadFactor(),
                scheduler,
                goodput.mean(),
                goodput.halfWidth(),
                accuracy.mean(),
                accuracy.halfWidth(),
                lossRatio.mean(),
                lossRatio.halfWidth(),
                latency.mean(),
                latency.halfWidth());
    }
}
