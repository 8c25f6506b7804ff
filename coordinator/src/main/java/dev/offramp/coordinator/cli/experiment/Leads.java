package dev.offramp.coordinator.cli.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** By how much CEEN is ahead in each case, and by how much anybody could be. Stateless. */
final class Leads {
    private static final String OWN = "ceen";
    private static final String LAST = "exit-last";
    private static final List<String> RIVALS = List.of(LAST, "knapsack", "adaee");
    /** What must have been run. */
    static final List<String> COMPARED = List.of(LAST, "knapsack", "adaee", OWN);

    private static final double NOTABLE = 0.05;

    private Leads() {}

    /** Goodputs, and by how much the own is above the best rival's. */
    private record Lead(Row rival, Row own, Row last, double ceiling) {
        static Lead of(Map<String, Row> rows) {
            Row rival = RIVALS.stream()
                    .map(rows::get)
                    .max(Comparator.comparingDouble(row -> row.goodput().mean()))
                    .orElseThrow();
            return new Lead(
                    rival,
                    row(rows, OWN),
                    row(rows, LAST),
                    row(rows, Row.CEILING).goodput().mean());
        }

        double share() {
            return own.goodput().mean() / rival.goodput().mean() - 1;
        }

        double largest() {
            return ceiling / rival.goodput().mean() - 1;
        }
    }

    static String markdown(List<Row> rows) {
        Map<Setting, Map<String, Row>> bySetting = new LinkedHashMap<>();
        rows.forEach(row -> bySetting
                .computeIfAbsent(row.setting(), key -> new LinkedHashMap<>())
                .put(row.scheduler(), row));
        Map<Setting, Lead> leads = new LinkedHashMap<>();
        bySetting.forEach((setting, bySchedulers) -> leads.put(setting, Lead.of(bySchedulers)));
        List<String> lines = new ArrayList<>(List.of(
                "# Leads",
                "",
                "Written by `offramp experiment`. Goodput of correct results, the lead of `ceen` over the best of"
                        + " `exit-last`, `knapsack` and `adaee` (the rival), and the lead that the ceiling would have over"
                        + " it: no thresholds can have more. Then the jobs that `ceen` and `exit-last` lose, and the ratio"
                        + " of both.",
                "",
                "| load factor | settings with a lead of %s or more, the largest first |".formatted(percent(NOTABLE)),
                "|---|---|"));
        leads.keySet().stream()
                .map(Setting::loadFactor)
                .distinct()
                .sorted()
                .map(factor -> notable(factor, leads))
                .forEach(lines::add);
        lines.addAll(List.of(
                "",
                "| board | arrivals | deployment | deadline | load factor | rival | its goodput | `ceen` | lead | ceiling |"
                        + " largest lead | lost | by `exit-last` | ratio |",
                "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"));
        leads.forEach((setting, lead) -> lines.add(line(setting, lead)));
        return String.join("\n", lines) + "\n";
    }

    private static String notable(double loadFactor, Map<Setting, Lead> leads) {
        String settings = leads.entrySet().stream()
                .filter(entry -> entry.getKey().loadFactor() == loadFactor
                        && entry.getValue().share() >= NOTABLE)
                .sorted(Comparator.comparingDouble(entry -> -entry.getValue().share()))
                .map(entry -> "%s %s %s%s: %s"
                        .formatted(
                                entry.getKey().board(),
                                entry.getKey().arrivals(),
                                entry.getKey().deployment(),
                                entry.getKey().deadline() > 0 ? " with deadline" : "",
                                percent(entry.getValue().share())))
                .collect(Collectors.joining("; "));
        return String.format(Locale.ROOT, "| %.2f | %s |", loadFactor, settings.isEmpty() ? "none" : settings);
    }

    private static String line(Setting setting, Lead lead) {
        double lost = lead.own().lossRatio().mean();
        double lostByLast = lead.last().lossRatio().mean();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.2f | `%s` | %s | %s | %s | %s | %s | %s | %s | %s |",
                setting.board(),
                setting.arrivals(),
                setting.deployment(),
                setting.deadline() > 0 ? setting.deadline() + " ×" : "–",
                setting.loadFactor(),
                lead.rival().scheduler(),
                percent(lead.rival().goodput().mean()),
                percent(lead.own().goodput().mean()),
                percent(lead.share()),
                percent(lead.ceiling()),
                percent(lead.largest()),
                percent(lost),
                percent(lostByLast),
                lostByLast > 0 ? String.format(Locale.ROOT, "%.3f", lost / lostByLast) : "–");
    }

    private static Row row(Map<String, Row> rows, String scheduler) {
        return Objects.requireNonNull(rows.get(scheduler), scheduler);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
