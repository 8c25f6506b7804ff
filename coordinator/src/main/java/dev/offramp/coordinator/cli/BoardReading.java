package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.BoardTelemetry;
import dev.offramp.proto.v1.Node;
import dev.offramp.proto.v1.PowerProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How a node's board is doing, as far as it says. Immutable.
 *
 * @param now what holds it back, e.g. {@code under_voltage}
 * @param sinceBoot what has held it back
 * @param clockOffsetMillis of its wall clock, ahead of the coordinator's
 */
public record BoardReading(
        OptionalDouble temperatureCelsius,
        List<String> now,
        List<String> sinceBoot,
        OptionalLong availableMemoryBytes,
        Optional<Boolean> storageReadOnly,
        OptionalLong clockOffsetMillis) {
    /** Less is the way of a report, or nothing that certificates and logs would mind. */
    private static final long CLOCK_TOLERANCE_MILLIS = 2_000;

    private static final double MILLIS_PER_SECOND = 1e3;

    public BoardReading {
        now = List.copyOf(now);
        sinceBoot = List.copyOf(sinceBoot);
    }

    public static BoardReading of(Node node) {
        BoardTelemetry board = node.getTelemetry().getBoard();
        return new BoardReading(
                board.hasTemperatureCelsius()
                        ? OptionalDouble.of(board.getTemperatureCelsius())
                        : OptionalDouble.empty(),
                names(board.getProblemsNowList()),
                names(board.getProblemsSinceBootList()),
                board.hasAvailableMemoryBytes()
                        ? OptionalLong.of(board.getAvailableMemoryBytes())
                        : OptionalLong.empty(),
                board.hasStorageReadOnly() ? Optional.of(board.getStorageReadOnly()) : Optional.empty(),
                node.hasClockOffsetMillis() ? OptionalLong.of(node.getClockOffsetMillis()) : OptionalLong.empty());
    }

    private static List<String> names(List<PowerProblem> problems) {
        return problems.stream()
                .map(problem -> problem.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** What an operator should see to, in words. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        now.forEach(problem -> complaints.add(words(problem)));
        sinceBoot.stream()
                .filter(problem -> !now.contains(problem))
                .forEach(problem -> complaints.add(words(problem) + " since boot"));
        if (storageReadOnly.orElse(false)) {
            complaints.add("storage read-only");
        }
        clockOffsetMillis.ifPresent(offset -> {
            if (Math.abs(offset) > CLOCK_TOLERANCE_MILLIS) {
                complaints.add(String.format(
                        Locale.ROOT,
                        "clock %.1f s %s",
                        Math.abs(offset) / MILLIS_PER_SECOND,
                        offset > 0 ? "ahead" : "behind"));
            }
        });
        return complaints;
    }

    private static String words(String problem) {
        return problem.replace('_', ' ');
    }

    /** The temperature and the complaints, on one line; empty where there is nothing to tell. */
    public String line() {
        List<String> parts = new ArrayList<>();
        temperatureCelsius.ifPresent(celsius -> parts.add(String.format(Locale.ROOT, "%.1f °C", celsius)));
        parts.addAll(complaints());
        return String.join(", ", parts);
    }

    /** What is not known is null. */
    public ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("temperatureCelsius", temperatureCelsius.isPresent() ? temperatureCelsius.getAsDouble() : null);
        list(json.putArray("problemsNow"), now);
        list(json.putArray("problemsSinceBoot"), sinceBoot);
        json.put("availableMemoryBytes", availableMemoryBytes.isPresent() ? availableMemoryBytes.getAsLong() : null);
        json.put("storageReadOnly", storageReadOnly.orElse(null));
        json.put("clockOffsetMillis", clockOffsetMillis.isPresent() ? clockOffsetMillis.getAsLong() : null);
        return json;
    }

    private static void list(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
