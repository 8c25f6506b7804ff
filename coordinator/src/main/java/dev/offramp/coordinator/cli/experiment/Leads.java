package dev.offramp.coordinator.cli.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** By how much CEEN is ahead in each case, and by how much anybody could be. Stateless. */
final class Leads {
    private static final String OWN = "ceen";
    private static final String LAST = "exit-last";
    private static final List<String> RIVALS = List.of(LAST, "knapsack", "adaee");
    /** What must have been run. */
    static final List<String> COMPARED = List.of(LAST, "knapsack", "adaee", OWN);

    private Leads() {}

    private record Case(String board, String arrivals, String deployment, double loadFactor) {
        static Case of(Row row) {
            return new Case(row.board(), row.arrivals(), row.deployment(), row.loadFactor());
        }
    }

    static String markdown(List<Row> rows) {
        Map<Case, Map<String, Row>> cases = new LinkedHashMap<>();
        rows.forEach(row -> cases.computeIfAbsent(Case.of(row), key -> new LinkedHashMap<>())
                .put(row.scheduler(), row));
        List<String> lines = new ArrayList<>(List.of(
                "# Leads",
                "",
                "Written by `offramp experiment`. Goodput of correct results, the lead of `ceen` over the best of"
                        + " `exit-last`, `knapsack` and `adaee` (the rival), and the lead that the ceiling would have over"
                        + " it: no thresholds can have more. Then the jobs that `ceen` and `exit-last` lose, and the ratio"
                        + " of both.",
                "",
                "| board | arrivals | deployment | load factor | rival | its goodput | `ceen` | lead | ceiling |"
                        + " largest lead | lost | by `exit-last` | ratio |",
                "|---|---|---|---|---|---|---|---|---|---|---|---|---|"));
        cases.forEach((one, bySchedulers) -> lines.add(line(one, bySchedulers)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(Case one, Map<String, Row> rows) {
        Row rival = RIVALS.stream()
                .map(rows::get)
                .max(Comparator.comparingDouble(row -> row.goodput().mean()))
                .orElseThrow();
        double best = rival.goodput().mean();
        double own = row(rows, OWN).goodput().mean();
        double ceiling = row(rows, Row.CEILING).goodput().mean();
        double lost = row(rows, OWN).lossRatio().mean();
        double lostByLast = row(rows, LAST).lossRatio().mean();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.2f | `%s` | %s | %s | %s | %s | %s | %s | %s | %s |",
                one.board(),
                one.arrivals(),
                one.deployment(),
                one.loadFactor(),
                rival.scheduler(),
                percent(best),
                percent(own),
                percent(own / best - 1),
                percent(ceiling),
                percent(ceiling / best - 1),
                percent(lost),
                percent(lostByLast),
                lostByLast > 0 ? String.format(Locale.ROOT, "%.3f", lost / lostByLast) : "–");
    }

    private static Row row(Map<String, Row> rows, String scheduler) {
        return java.util.Objects.requireNonNull(rows.get(scheduler), scheduler);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
