package dev.offramp.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cli.MemberHttp;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.IdentityFiles;
import dev.offramp.proto.identity.Refusal;
import dev.offramp.proto.identity.Role;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How members stay, and how they go. */
@Tag("slow")
class MembersTest extends JoinedCluster {
    private Instant end(String node) throws IOException {
        return IdentityFiles.in(directory.resolve(node).resolve("identity"))
                .read()
                .notAfter();
    }

    @Test
    void renewalsAndNewConnectionsCostNoFrame() throws Exception {
        start(Duration.ofSeconds(30), Duration.ofSeconds(5));
        Instant first = end("n1");
        Instant second = end("n2");
        MemberHttp http = http(members.issue(Identity.of(Role.EDITOR, "alice")));
        HttpClient client = http.client().build();
        int frames = 0;
        Instant patience = Instant.now().plus(PATIENCE);
        while (end("n1").equals(first) || end("n2").equals(second) || frames < 50) {
            HttpResponse<String> answer = submit(client, http, "roadside");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(OK);
            assertThat(answer.body()).contains("\"outcome\":\"completed\"", "\"exit\":5");
            assertThat(Instant.now()).as("renewal of %s and %s", first, second).isBefore(patience);
            frames++;
        }
        assertThat(metric("n1", "offramp_conservation_residual")).isZero();
        assertThat(metric("n1", "offramp_link_reconnects_total")).isZero();
        assertThat(metric("n2", "offramp_certificate_end_seconds")).isGreaterThan(second.getEpochSecond());
    }

    @Test
    void aRevokedAgentIsOutAtOnceAndItsTokenBringsItNothing() throws Exception {
        start(Duration.ofHours(1), Duration.ofSeconds(8));
        MemberHttp http = administrator();
        HttpClient client = http.client().build();
        assertThat(submit(client, http, "roadside").statusCode()).isEqualTo(OK);
        assertThat(ask("cert", "revoke", "agent/n2")).as(err).isZero();
        Instant patience = Instant.now().plus(PATIENCE);
        while (metric("n1", "offramp_link_up{peer=\"n2\"}") == 1 || isUp("n2")) {
            assertThat(Instant.now()).isBefore(patience);
        }
        assertThat(isUp("n1")).isTrue();
        assertThat(submit(client, http, "roadside").statusCode()).isEqualTo(503);
        assertThat(members.refusals().get(Refusal.REVOKED)).isPositive();
        assertThat(metric("n1", "offramp_access_refused_total{reason=\"revoked\"}"))
                .isPositive();
        assertThat(metric("n1", "offramp_conservation_residual")).isZero();
    }

    @Test
    void aTokenThatWasUsedBringsNobodyElseIn() throws Exception {
        join(Duration.ofHours(1), Duration.ofHours(1));
        assertThat(ask("token", "create", "--role", "viewer", "--name", "bob"))
                .as(err)
                .isZero();
        String token = out.strip();
        Path bob = directory.resolve("bob");
        assertThat(askAs(bob, "join", token)).as(err).isZero();
        assertThat(askAs(bob, "node", "ls")).as(err).isZero();
        assertThat(askAs(directory.resolve("mallory"), "join", token)).isNotZero();
        assertThat(err).contains("was used already, by another key");
        assertThat(members.refusals()).containsEntry(Refusal.TOKEN, 1L);
    }

    private boolean isUp(String node) {
        assertThat(ask("node", "ls")).as(err).isZero();
        return Pattern.compile("^" + node + " +up", Pattern.MULTILINE)
                .matcher(out)
                .find();
    }
}
