package dev.offramp.proto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offramp.partition.ServiceId;
import dev.offramp.partition.artifact.Digest;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    @Test
    void isReadAsItIsWritten() {
        Identity agent = Identity.of(Role.AGENT, "pi-3");
        Identity camera = new Identity(
                Role.CAMERA, "gate-1", Optional.of(new Identity.CameraScope(new ServiceId("roadside"), 30, 1 << 20)));
        assertThat(agent.uri()).isEqualTo("offramp://agent/pi-3");
        assertThat(camera.uri()).isEqualTo("offramp://camera/gate-1?service=roadside&rate=30&bytes=1048576");
        assertThat(Identity.parse(agent.uri())).isEqualTo(agent);
        assertThat(Identity.parse(camera.uri())).isEqualTo(camera);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offramp://agent",
                "offramp://agent/",
                "offramp://king/pi-3",
                "offramp://agent/pi-3/more",
                "offramp://agent/pi-3?service=roadside&rate=30&bytes=1",
                "offramp://camera/gate-1",
                "offramp://camera/gate-1?service=roadside&rate=0&bytes=1",
                "https://agent/pi-3"
            })
    void refusesWhatNamesNoMember(String uri) {
        assertThatThrownBy(() -> Identity.parse(uri)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTokenSaysItsSecretOnlyWhereItIsHandedOver() {
        JoinToken token = JoinToken.create(new Digest("ab".repeat(32)), new SecureRandom());
        assertThat(JoinToken.parse(token.text() + "\n")).isEqualTo(token);
        assertThat(token.toString()).doesNotContain(token.secret());
        assertThatThrownBy(() -> JoinToken.parse(token.text().substring(1)))
                .hasMessageContaining("offramp token create")
                .hasMessageNotContaining(token.secret());
    }
}
