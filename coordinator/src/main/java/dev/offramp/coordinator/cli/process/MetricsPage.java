package dev.offramp.coordinator.cli.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An agent's {@code /metrics} at one instant, in Prometheus' text form. Immutable. */
public final class MetricsPage {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private record Sample(String name, Map<String, String> labels, double value) {}

    private final List<Sample> samples;

    private MetricsPage(List<Sample> samples) {
        this.samples = samples;
    }

    /** What is no sample is passed over. */
    public static MetricsPage parse(String text) {
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            Matcher matcher = LINE.matcher(line.strip());
            if (matcher.matches()) {
                number(matcher.group(3), samples, matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
            }
        }
        return new MetricsPage(List.copyOf(samples));
    }

    private static void number(String value, List<Sample> samples, String name, String labels) {
        try {
            samples.add(new Sample(name, labels(labels), Double.parseDouble(value)));
        } catch (NumberFormatException e) {
            // "# HELP name text" and the like.
        }
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher matcher = LABEL.matcher(text);
        while (matcher.find()) {
            labels.put(matcher.group(1), matcher.group(2));
        }
        return labels;
    }

    /** Sum of a metric over all its labels, rounded; 0 where it is missing. */
    public long sum(String name) {
        return Math.round(samples.stream()
                .filter(sample -> sample.name().equals(name))
                .mapToDouble(Sample::value)
                .sum());
    }

    /** A metric by the values of one label, summed over the others, rounded; zeros are left out. */
    public SortedMap<String, Long> by(String name, String label) {
        SortedMap<String, Long> sums = new TreeMap<>();
        samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.value() != 0)
                .forEach(sample ->
                        sums.merge(sample.labels().getOrDefault(label, ""), Math.round(sample.value()), Long::sum));
        return sums;
    }

    /** A metric by two labels, joined by {@code '|'}; not rounded. */
    public SortedMap<String, Double> byPair(String name, String one, String other) {
        SortedMap<String, Double> sums = new TreeMap<>();
        samples.stream()
                .filter(sample -> sample.name().equals(name))
                .forEach(sample -> sums.merge(
                        sample.labels().getOrDefault(one, "") + "|"
                                + sample.labels().getOrDefault(other, ""),
                        sample.value(),
                        Double::sum));
        return sums;
    }
}
