package dev.offramp.proto.access;

import static dev.offramp.proto.identity.Role.ADMIN;
import static dev.offramp.proto.identity.Role.AGENT;
import static dev.offramp.proto.identity.Role.CAMERA;
import static dev.offramp.proto.identity.Role.EDITOR;
import static dev.offramp.proto.identity.Role.VIEWER;

import dev.offramp.proto.identity.Role;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every gRPC method and every HTTP route, and who may use it where certificates are on. What is not here nobody may.
 * Stateless.
 */
public final class AccessTable {
    private static final Set<Role> LOOK = roles(VIEWER, EDITOR, ADMIN);
    private static final Set<Role> CHANGE = roles(EDITOR, ADMIN);
    private static final Set<Role> ADMIT = roles(ADMIN);
    private static final Set<Role> NODES = roles(AGENT);
    private static final Set<Role> FRAMES = roles(CAMERA, EDITOR, ADMIN);
    private static final Set<Role> MEMBERS = roles(AGENT, VIEWER, EDITOR, ADMIN, CAMERA);

    /** With a token in place of a certificate. */
    private static final Set<String> WITHOUT_CERTIFICATE = Set.of("offramp.v1.Enrolment/Join");

    private static final Map<String, Set<Role>> METHODS = Map.ofEntries(
            // An agent speaks for its own node only: see the services.
            Map.entry("offramp.v1.Attachment/Attach", NODES),
            Map.entry("offramp.v1.Attachment/Fetch", NODES),
            Map.entry("offramp.v1.DataPlane/Jobs", NODES),
            // A camera sends frames of its own service, as itself only: see the ingress.
            Map.entry("offramp.v1.Ingress/Frames", FRAMES),
            Map.entry("offramp.v1.Ingress/Outcomes", LOOK),
            Map.entry("offramp.v1.Control/ListNodes", LOOK),
            Map.entry("offramp.v1.Control/ListModels", LOOK),
            Map.entry("offramp.v1.Control/GetPlacement", LOOK),
            Map.entry("offramp.v1.Control/GetPolicy", LOOK),
            Map.entry("offramp.v1.Control/GetDecisions", LOOK),
            Map.entry("offramp.v1.Control/GetScenario", LOOK),
            Map.entry("offramp.v1.Control/Watch", LOOK),
            Map.entry("offramp.v1.Control/ListCameras", LOOK),
            Map.entry("offramp.v1.Control/ListReceivers", LOOK),
            Map.entry("offramp.v1.Control/AddCamera", CHANGE),
            Map.entry("offramp.v1.Control/RemoveCamera", CHANGE),
            Map.entry("offramp.v1.Control/AddReceiver", CHANGE),
            Map.entry("offramp.v1.Control/RemoveReceiver", CHANGE),
            Map.entry("offramp.v1.Control/DrainNode", CHANGE),
            Map.entry("offramp.v1.Control/PushModel", CHANGE),
            Map.entry("offramp.v1.Control/ApplyPlacement", CHANGE),
            Map.entry("offramp.v1.Control/SetPolicy", CHANGE),
            Map.entry("offramp.v1.Control/SetScheduler", CHANGE),
            Map.entry("offramp.v1.Enrolment/Join", MEMBERS),
            Map.entry("offramp.v1.Enrolment/Renew", MEMBERS),
            Map.entry("offramp.v1.Enrolment/CreateToken", ADMIT),
            Map.entry("offramp.v1.Enrolment/ListTokens", ADMIT),
            Map.entry("offramp.v1.Enrolment/RevokeToken", ADMIT),
            Map.entry("offramp.v1.Enrolment/ListCertificates", ADMIT),
            Map.entry("offramp.v1.Enrolment/RevokeCertificates", ADMIT));

    /** A camera sends frames of its own service, as itself only: see the ingress. */
    private static final Map<String, Set<Role>> ROUTES = Map.of(
            "POST /v1/services/:service/frames", FRAMES,
            "POST /v1/services/:service/cameras/:camera", FRAMES,
            "PUT /v1/services/:service/cameras/:camera", FRAMES,
            "GET /v1/services/:service/outcomes", LOOK,
            "GET /metrics", LOOK,
            "GET /healthz", MEMBERS);

    private AccessTable() {}

    private static Set<Role> roles(Role first, Role... more) {
        return Collections.unmodifiableSet(EnumSet.of(first, more));
    }

    /** Who may call a method, e.g. {@code offramp.v1.Control/ListNodes}; empty where the table does not know it. */
    public static Optional<Set<Role>> method(String fullName) {
        return Optional.ofNullable(METHODS.get(fullName));
    }

    /** Whether a method needs no certificate. */
    public static boolean isOpen(String fullName) {
        return WITHOUT_CERTIFICATE.contains(fullName);
    }

    /** Who may use a route, e.g. {@code GET /metrics}; empty where the table does not know it. */
    public static Optional<Set<Role>> route(String methodAndPath) {
        return Optional.ofNullable(ROUTES.get(methodAndPath));
    }

    /** All gRPC methods of the table. */
    public static Set<String> methods() {
        return METHODS.keySet();
    }

    /** All HTTP routes of the table. */
    public static Set<String> routes() {
        return ROUTES.keySet();
    }
}
