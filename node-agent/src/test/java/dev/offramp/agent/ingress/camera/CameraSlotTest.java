package dev.offramp.agent.ingress.camera;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CameraSlotTest {
    @Test
    void theNewestOfThoseThatWaitGoesNext() {
        CameraSlot<String> slot = new CameraSlot<>(2);

        assertThat(slot.enter()).isTrue();
        assertThat(slot.enter()).isTrue();
        assertThat(slot.enter()).isFalse();
        assertThat(slot.replace("third")).isNull();
        assertThat(slot.replace("fourth")).isEqualTo("third");

        assertThat(slot.leave()).isEqualTo("fourth");
        assertThat(slot.enter()).as("it took the place of the one that left").isFalse();
        assertThat(slot.leave()).isNull();
        assertThat(slot.leave()).isNull();
        assertThat(slot.enter()).isTrue();
    }

    @Test
    void whatWaitsCanBeTakenBack() {
        CameraSlot<String> slot = new CameraSlot<>(1);
        slot.enter();
        slot.replace("second");

        assertThat(slot.clear()).isEqualTo("second");
        assertThat(slot.leave()).isNull();
    }
}
