package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.partition.job.LossReason;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;

class StreamEndTest {
    private static final Status UNAVAILABLE = Status.UNAVAILABLE.withDescription("io exception");

    @Test
    void aMachineThatAnswersWithoutItsProcessHasLostTheNode() {
        assertThat(StreamEnd.classify(UNAVAILABLE.withCause(new ConnectException("Connection refused"))))
                .isEqualTo(LossReason.NODE_LOST);
        assertThat(StreamEnd.classify(UNAVAILABLE.withCause(new IOException("Connection reset by peer"))))
                .isEqualTo(LossReason.NODE_LOST);
        assertThat(StreamEnd.classify(
                        Status.CANCELLED.withDescription("RST_STREAM closed stream. HTTP/2 error code: CANCEL")))
                .isEqualTo(LossReason.NODE_LOST);
        assertThat(StreamEnd.classify(Status.UNAVAILABLE.withDescription("Network closed for unknown reason")))
                .isEqualTo(LossReason.NODE_LOST);
    }

    @Test
    void silenceHasLostTheLink() {
        assertThat(StreamEnd.classify(UNAVAILABLE.withCause(new NoRouteToHostException("No route to host"))))
                .isEqualTo(LossReason.LINK_LOST);
        assertThat(StreamEnd.classify(
                        UNAVAILABLE.withCause(new ConnectException("connection timed out after 2000 ms"))))
                .isEqualTo(LossReason.LINK_LOST);
        assertThat(StreamEnd.classify(
                        Status.UNAVAILABLE.withDescription("Keepalive failed. The connection is likely gone")))
                .isEqualTo(LossReason.LINK_LOST);
    }

    @Test
    void aStreamThatTheNeighbourRefusesHasLostTheLink() {
        assertThat(StreamEnd.classify(Status.INVALID_ARGUMENT)).isEqualTo(LossReason.LINK_LOST);
        assertThat(StreamEnd.classify(Status.RESOURCE_EXHAUSTED)).isEqualTo(LossReason.LINK_LOST);
    }
}
