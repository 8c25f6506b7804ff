package dev.offramp.coordinator.cli.dist;

import java.util.Arrays;
import java.util.List;

/** What a distribution runs on, and what the libraries call their natives for it. */
enum Platform {
    LINUX_AARCH64("linux-aarch64", "linux-aarch64/", "Linux/aarch64/"),
    LINUX_X86_64("linux-x86_64", "linux-x64/", "Linux/x86_64/");

    private static final String ONNX_RUNTIME = "ai/onnxruntime/native/";
    private static final String SQLITE = "org/sqlite/native/";
    private static final String OR_TOOLS = "ortools-linux-";

    private final String key;
    private final String onnxRuntime;
    private final String sqlite;

    Platform(String key, String onnxRuntime, String sqlite) {
        this.key = key;
        this.onnxRuntime = ONNX_RUNTIME + onnxRuntime;
        this.sqlite = SQLITE + sqlite;
    }

    /** What people type. */
    @Override
    public String toString() {
        return key;
    }

    static Platform of(String key) {
        return Arrays.stream(values())
                .filter(platform -> platform.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "platform '%s' is not known: expected one of %s".formatted(key, List.of(values()))));
    }

    /** Whether something in a jar is not another platform's native library. */
    boolean wants(String entry) {
        if (entry.startsWith(ONNX_RUNTIME)) {
            return entry.startsWith(onnxRuntime);
        }
        return !entry.startsWith(SQLITE) || entry.startsWith(sqlite);
    }

    /** Whether a jar is not another platform's. */
    boolean wantsJar(String name) {
        return !name.startsWith(OR_TOOLS)
                || name.startsWith(
                        OR_TOOLS + key.substring(key.indexOf('-') + 1).replace('_', '-'));
    }

    /** Whether a jar holds natives of several platforms. */
    static boolean isMixed(String name) {
        return name.startsWith("sqlite-jdbc-") || name.matches("onnxruntime-[0-9].*");
    }
}
