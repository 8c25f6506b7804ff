package dev.offramp.proto.identity;

import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A member of the cluster, as its certificate names it: {@code offramp://agent/pi-3}, or
 * {@code offramp://camera/gate-1?service=roadside&rate=30&bytes=1048576}. Immutable.
 *
 * @param name under the rules of a node's name
 * @param scope of a camera; empty for every other role
 */
public record Identity(Role role, String name, Optional<CameraScope> scope) {
    private static final String SCHEME = "offramp";
    private static final Pattern SCOPE = Pattern.compile("service=([^&]+)&rate=(\\d{1,6})&bytes=(\\d{1,10})");
    private static final int SUBJECT_ALTERNATIVE_URI = 6;

    /**
     * What a camera may do, wherever it connects.
     *
     * @param framesPerSecond most, on average
     * @param frameBytes of its largest frame
     */
    public record CameraScope(ServiceId service, int framesPerSecond, long frameBytes) {
        public CameraScope {
            if (framesPerSecond < 1 || frameBytes < 1) {
                throw new IllegalArgumentException("a camera's rate (%d/s) and frame (%d bytes) must be at least 1"
                        .formatted(framesPerSecond, frameBytes));
            }
        }
    }

    public Identity {
        // Says what is wrong with it.
        var unused = new NodeId(name);
        if (scope.isPresent() != (role == Role.CAMERA)) {
            throw new IllegalArgumentException(
                    "%s/%s: a camera has a service with a rate and a frame size, and nobody else has"
                            .formatted(role.label(), name));
        }
    }

    public static Identity of(Role role, String name) {
        return new Identity(role, name, Optional.empty());
    }

    /** As in certificates. */
    public String uri() {
        return "%s://%s/%s%s"
                .formatted(
                        SCHEME,
                        role.label(),
                        name,
                        scope.map(one -> "?service=%s&rate=%d&bytes=%d"
                                        .formatted(one.service(), one.framesPerSecond(), one.frameBytes()))
                                .orElse(""));
    }

    /** The reverse of {@link #uri}. */
    public static Identity parse(String text) {
        URI uri = URI.create(text);
        if (!SCHEME.equals(uri.getScheme())
                || uri.getHost() == null
                || uri.getPath().length() < 2) {
            throw new IllegalArgumentException("'%s' names no member: expected offramp://role/name".formatted(text));
        }
        return new Identity(
                Role.parse(uri.getHost()),
                uri.getPath().substring(1),
                Optional.ofNullable(uri.getQuery()).map(Identity::scope));
    }

    private static CameraScope scope(String query) {
        Matcher matcher = SCOPE.matcher(query);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not what a camera may do: expected service=…&rate=…&bytes=…".formatted(query));
        }
        return new CameraScope(
                new ServiceId(matcher.group(1)), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    /** The one member that a certificate names. */
    public static Identity of(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        List<String> members = names == null
                ? List.of()
                : names.stream()
                        .filter(name -> name.get(0).equals(SUBJECT_ALTERNATIVE_URI))
                        .map(name -> String.valueOf(name.get(1)))
                        .filter(uri -> uri.startsWith(SCHEME + "://"))
                        .toList();
        if (members.size() != 1) {
            throw new CertificateException(
                    "the certificate of %s names %d members: expected one URI offramp://role/name"
                            .formatted(certificate.getSubjectX500Principal(), members.size()));
        }
        try {
            return parse(members.getFirst());
        } catch (IllegalArgumentException e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    /** For people: {@code agent/pi-3}. */
    @Override
    public String toString() {
        return role.label() + "/" + name;
    }
}
