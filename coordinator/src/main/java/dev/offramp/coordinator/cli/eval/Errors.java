package dev.offramp.coordinator.cli.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Absolute errors relative to labels. Confined. */
final class Errors {
    private final List<Double> errors = new ArrayList<>();

    void add(double found, double label) {
        errors.add(Math.abs(found - label) / Math.abs(label));
    }

    int count() {
        return errors.size();
    }

    /** Mean absolute percentage error, as a share. */
    double mean() {
        return errors.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The error that {@code share} of the labels stay below. */
    double quantile(double share) {
        List<Double> sorted = new ArrayList<>(errors);
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get(Math.min(sorted.size() - 1, (int) Math.floor(share * sorted.size())));
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("mape", mean());
        json.put("median", quantile(0.5));
        json.put("p95", quantile(0.95));
        json.put("p99", quantile(0.99));
        return json;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "MAPE %.2f %%  (median %.2f %%, p95 %.2f %%, p99 %.2f %%)",
                100 * mean(),
                100 * quantile(0.5),
                100 * quantile(0.95),
                100 * quantile(0.99));
    }
}
