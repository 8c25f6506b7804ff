package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.offramp.coordinator.placement.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a tree strictly: every problem is noted, none is fatal, unknown keys are refused. Confined. */
final class YamlReader {
    private final List<String> problems = new ArrayList<>();

    /** Refuses the file called {@code name} if there was any problem. */
    void check(String name, String what) throws CliException {
        if (!problems.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, "%s is no %s:\n  %s".formatted(name, what, String.join("\n  ", problems)));
        }
    }

    void problem(String path, String text) {
        problems.add(path + ": " + text);
    }

    /** Notes keys that are not known. False if this is no mapping at all. */
    boolean mapping(String path, @Nullable JsonNode node, Set<String> known) {
        if (node == null || !node.isObject()) {
            problem(path, "expected a mapping with " + String.join(", ", new TreeSet<>(known)));
            return false;
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problem(path, "unknown key '" + key + "'" + Nearest.hint(key, new TreeSet<>(known)));
            }
        });
        return true;
    }

    /** The elements of a list; a missing one is empty and noted. */
    List<JsonNode> list(String path, JsonNode parent, String key) {
        JsonNode node = parent.get(key);
        if (node == null || !node.isArray()) {
            problem(path, "'" + key + "' must be a list");
            return List.of();
        }
        List<JsonNode> elements = new ArrayList<>();
        node.forEach(elements::add);
        return elements;
    }

    List<String> texts(String path, JsonNode parent, String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(path, parent, key)) {
            if (element.isValueNode() && !element.isNull()) {
                texts.add(element.asText());
            } else {
                problem(path, "'" + key + "' must be a list of names");
            }
        }
        return texts;
    }

    String text(String path, JsonNode parent, String key) {
        JsonNode node = parent.get(key);
        if (node == null || node.isNull() || !node.isValueNode()) {
            problem(path, node == null ? "'" + key + "' is missing" : "'" + key + "' must be a text");
            return "";
        }
        return node.asText();
    }

    /** A number; 0 where there is none, which is noted. */
    double number(String path, JsonNode parent, String key) {
        JsonNode node = parent.get(key);
        if (node == null || !node.isNumber()) {
            problem(path, node == null ? "'" + key + "' is missing" : "'" + key + "' must be a number");
            return 0;
        }
        return node.asDouble();
    }

    /** A whole number; 0 where there is none, which is noted. */
    int whole(String path, JsonNode parent, String key) {
        double number = number(path, parent, key);
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            problem(path, "'%s' (%s) must be a whole number".formatted(key, number));
            return 0;
        }
        return (int) number;
    }

    List<Float> numbers(String path, JsonNode parent, String key) {
        List<Float> numbers = new ArrayList<>();
        for (JsonNode element : list(path, parent, key)) {
            if (element.isNumber()) {
                numbers.add(element.floatValue());
            } else {
                problem(path, "'" + key + "' must be a list of numbers");
            }
        }
        return numbers;
    }

    /** A typed value; {@code fallback} where the key is missing, or where {@code type} refuses it, which is noted. */
    <T> T value(String path, JsonNode parent, String key, T fallback, Function<String, T> type) {
        if (!parent.has(key)) {
            return fallback;
        }
        try {
            return type.apply(text(path, parent, key));
        } catch (IllegalArgumentException e) {
            problem(path, key + ": " + e.getMessage());
            return fallback;
        }
    }
}
