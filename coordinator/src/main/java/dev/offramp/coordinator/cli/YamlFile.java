package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The YAML files that commands read. Stateless. */
final class YamlFile {
    private static final int MAX_BYTES = 1 << 20;

    private YamlFile() {}

    /** Text of the file, or standard input for {@code -}. */
    static String text(Path file) throws CliException {
        try {
            byte[] bytes = file.toString().equals("-") ? System.in.readNBytes(MAX_BYTES + 1) : bytes(file);
            if (bytes.length > MAX_BYTES) {
                throw new CliException(
                        ExitCode.USAGE, "%s has more than %d bytes: expected fewer".formatted(file, MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.NOT_FOUND, "there is no file " + file, e);
        } catch (IOException e) {
            throw new CliException(ExitCode.ERROR, "cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return stream.readNBytes(MAX_BYTES + 1);
        }
    }

    static JsonNode tree(String name, String text) throws CliException {
        try {
            return YAMLMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(text);
        } catch (JsonProcessingException e) {
            throw new CliException(ExitCode.USAGE, "%s is no YAML: %s".formatted(name, e.getOriginalMessage()), e);
        }
    }
}
