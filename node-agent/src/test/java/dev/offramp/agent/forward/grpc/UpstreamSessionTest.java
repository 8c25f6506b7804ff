package dev.offramp.agent.forward.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.core.AgentEvent;
import dev.offramp.agent.forward.LinkCounters;
import dev.offramp.agent.loop.Mailbox;
import dev.offramp.partition.NodeId;
import dev.offramp.proto.stream.Down;
import dev.offramp.proto.stream.Payload;
import dev.offramp.proto.v1.Downstream;
import dev.offramp.proto.v1.Hello;
import dev.offramp.proto.v1.Transfer;
import dev.offramp.proto.v1.Upstream;
import dev.offramp.time.NanoClock;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a stream that the node itself decides on, on whatever thread. */
class UpstreamSessionTest {
    /** gRPC's part: a message that is there already still comes when the stream has ended. */
    private static final class Responses extends ServerCallStreamObserver<Upstream> {
        private final List<Throwable> errors = new ArrayList<>();

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable onCancel) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable onReady) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void onNext(Upstream value) {}

        @Override
        public void onError(Throwable t) {
            errors.add(t);
        }

        @Override
        public void onCompleted() {}
    }

    private final List<AgentEvent> events = new ArrayList<>();
    private final LinkCounters counters = new LinkCounters();
    private final Transcoder transcoder = new Transcoder(NanoClock.system(), Thread::new, Thread::new);
    private final Mailbox mailbox = new Mailbox() {
        @Override
        public void post(AgentEvent event) {
            events.add(event);
        }

        @Override
        public void post(AgentEvent event, Runnable taken) {
            events.add(event);
        }
    };
    private final DataPlaneService service =
            new DataPlaneService(new NodeId("here"), 1, 1 << 20, transcoder, mailbox, NanoClock.system(), counters);
    private final Responses responses = new Responses();
    private final UpstreamSession session = new UpstreamSession(service, 1, responses, Optional.empty());

    @AfterEach
    void close() {
        transcoder.close();
    }

    private static Payload payload(int bytes) {
        return Payload.of(ByteBuffer.allocate(bytes));
    }

    @Test
    void takesNothingMoreOfAStreamThatItHasEnded() {
        session.onNext(Down.of(Downstream.newBuilder()
                .setHello(Hello.newBuilder().setNode("there"))
                .build()));
        session.onNext(new Down.Begun(Transfer.newBuilder().setTotalBytes(1000).build(), payload(400)));

        session.unproved(Duration.ofSeconds(1));
        long idleBytes = service.landingMemory().idleBytes();
        session.onNext(new Down.Continued(payload(600)));
        session.onNext(new Down.Begun(Transfer.newBuilder().setTotalBytes(1000).build(), payload(400)));

        assertThat(responses.errors).hasSize(1);
        assertThat(events).singleElement().isInstanceOf(AgentEvent.UpstreamDown.class);
        assertThat(idleBytes).as("what was under way is handed back").isEqualTo(1000);
        assertThat(service.landingMemory().idleBytes())
                .as("and not lent again to what nobody waits for")
                .isEqualTo(1000);
        assertThat(counters.malformed())
                .as("the neighbour has done nothing wrong")
                .isZero();
    }
}
