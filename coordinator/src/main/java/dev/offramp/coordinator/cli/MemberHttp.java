package dev.offramp.coordinator.cli;

import dev.offramp.proto.identity.LiveCredentials;
import dev.offramp.proto.identity.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Optional;

/**
 * HTTP to agents, with certificates where the cluster has them. Immutable.
 *
 * @param credentials empty where certificates are off
 */
public record MemberHttp(Optional<LiveCredentials> credentials) {
    /** HTTP/1.1, as agents speak it. */
    public HttpClient.Builder client() {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        credentials.ifPresent(live -> builder.sslContext(live.clientContext(peer -> peer.role() == Role.AGENT)));
        return builder;
    }

    /** @param path with its leading slash */
    public URI uri(String httpAddress, String path) {
        return URI.create((credentials.isPresent() ? "https://" : "http://") + httpAddress + path);
    }
}
