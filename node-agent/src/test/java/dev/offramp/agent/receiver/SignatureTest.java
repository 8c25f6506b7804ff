package dev.offramp.agent.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignatureTest {
    /** As {@code printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef} has it. */
    @Test
    void isWhatOthersCompute() {
        assertThat(Signature.of("0123456789abcdef", 1_700_000_000L, "{\"a\":1}"))
                .isEqualTo("9eb18f493f8ec135d9eb2dad817c369bb4e9cbfa818657897a7437c1cd8c3a23");
    }
}
