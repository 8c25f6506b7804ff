package dev.offramp.proto.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the holder of a certificate is to the cluster. */
public enum Role {
    /** Commands agents; its certificates are the coordinator's own. */
    COORDINATOR,
    /** Signs what agents are told to run; no connection is made with it. */
    SIGNER,
    /** Runs on a node of the same name. */
    AGENT,
    /** Looks on. */
    VIEWER,
    /** Pushes models, places services, sets policies. */
    EDITOR,
    /** Decides who belongs to the cluster, and whatever an editor may. */
    ADMIN,
    /** Sends frames of one service. */
    CAMERA;

    /** Lower case, as in certificates, commands and metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Those that tokens are made for. */
    public static List<Role> enrolled() {
        return List.of(AGENT, VIEWER, EDITOR, ADMIN, CAMERA);
    }

    public static Role parse(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' is not a role: expected one of %s"
                        .formatted(
                                label, Arrays.stream(values()).map(Role::label).toList())));
    }
}
