package dev.offramp.partition;

import java.util.regex.Pattern;

/** The one rule for names that people type: what {@link ServiceId}, {@link NodeId}, {@link ChainId} and others accept. */
public final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");

    private Names() {}

    /** Throws IllegalArgumentException on what is no name. */
    public static String check(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s '%s' is not a name: expected 1 to 63 of a-z, 0-9, '.', '_', '-', beginning and ending with a letter or digit"
                            .formatted(what, name));
        }
        return name;
    }
}
