package dev.offramp.agent.ingress;

import dev.offramp.agent.ingress.stream.FrameParser;
import dev.offramp.agent.ingress.stream.StreamException;
import dev.offramp.partition.ByteSize;
import dev.offramp.partition.ServiceId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST} or {@code PUT /v1/services/{service}/cameras/{camera}}: one frame, or a stream of them that goes on as long
 * as the camera likes. Of a camera's streams the one that began last counts. Handlers run on the event loop.
 */
final class CameraRoute {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final CameraDoor door;
    private final FrameBody.Room room;
    private final int maxFrameBytes;
    private final Optional<HttpAccess> access;
    private final Failures failures;
    private final Map<String, Stream> streams = new HashMap<>();

    /** @param access empty where certificates are off */
    CameraRoute(
            CameraDoor door, FrameBody.Room room, ByteSize maxFrame, Optional<HttpAccess> access, Failures failures) {
        this.door = door;
        this.room = room;
        this.maxFrameBytes = maxFrame.asInt();
        this.access = access;
        this.failures = failures;
    }

    void handle(RoutingContext routing) {
        String service = Failures.serviceName(routing);
        String name = String.valueOf(routing.pathParam("camera"));
        try {
            ServiceId id = Failures.serviceId(service).orElseThrow(() -> CameraDoor.unknownCamera(service, name));
            if (access.isPresent()) {
                access.get().admit(routing, id, name);
            }
            CameraDoor.Entrance camera =
                    door.camera(id, name).orElseThrow(() -> CameraDoor.unknownCamera(service, name));
            if (isOneFrame(routing.request())) {
                readFrame(routing, name, camera);
            } else {
                readStream(routing, name, camera);
            }
        } catch (RefusalException e) {
            FrameBody.discard(routing.request(), room);
            failures.answer(routing, e);
        }
    }

    /** Whose end is announced is one frame, unless it says that it has parts. */
    private static boolean isOneFrame(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return request.getHeader("Content-Length") != null && (type == null || !type.startsWith("multipart/"));
    }

    private void readFrame(RoutingContext routing, String name, CameraDoor.Entrance camera) {
        FrameBody.read(routing.request(), room, new FrameBody.Receiver() {
            @Override
            public void whole(byte[] body) {
                room.release(body);
                try {
                    admitOneMore(routing, body.length);
                    var unused = camera.frame(body, FrameFate.UNHEARD);
                    answer(routing, ACCEPTED, name, 1);
                } catch (RefusalException e) {
                    refused(e);
                }
            }

            @Override
            public void refused(RefusalException refusal) {
                if (refusal.code() == ErrorCode.OVERSIZE || refusal.code() == ErrorCode.RATE_LIMITED) {
                    camera.refused(refusal.code());
                    Failures.tell(routing, refusal);
                } else {
                    failures.answer(routing, refusal);
                }
            }
        });
    }

    private void admitOneMore(RoutingContext routing, int frameBytes) throws RefusalException {
        if (access.isPresent()) {
            access.get().admitOneMore(routing, frameBytes);
        }
    }

    private void readStream(RoutingContext routing, String name, CameraDoor.Entrance camera) {
        HttpServerRequest request = routing.request();
        try {
            FrameParser parser = FrameParser.of(Optional.ofNullable(request.getHeader("Content-Type")), maxFrameBytes);
            Stream stream = new Stream(routing, name, camera, parser);
            Stream former = streams.put(name, stream);
            if (former != null) {
                former.giveWay(request.connection());
            }
            stream.listen();
        } catch (StreamException e) {
            FrameBody.discard(request, room);
            failures.answer(routing, malformed(e));
        }
    }

    private static RefusalException malformed(StreamException e) {
        return new RefusalException(
                ErrorCode.BAD_REQUEST,
                String.valueOf(e.getMessage()),
                "a multipart/x-mixed-replace stream, or JPEGs one after another",
                "Check what the camera sends");
    }

    private static void answer(RoutingContext routing, int status, String camera, long frames) {
        Failures.json(
                routing.response(),
                status,
                new JsonObject().put("camera", camera).put("frames", frames));
    }

    /** Ends the streams of cameras whose certificates count no more. */
    void examine() {
        List.copyOf(streams.values()).forEach(Stream::examine);
    }

    /** One stream on its way in. Confined to the event loop. */
    private final class Stream implements FrameParser.Sink {
        private final RoutingContext routing;
        private final String name;
        private final CameraDoor.Entrance camera;
        private final FrameParser parser;
        private long frames;
        private boolean over;

        Stream(RoutingContext routing, String name, CameraDoor.Entrance camera, FrameParser parser) {
            this.routing = routing;
            this.name = name;
            this.camera = camera;
            this.parser = parser;
        }

        void listen() {
            HttpServerRequest request = routing.request();
            request.handler(this::take);
            request.endHandler(unused -> finish());
            request.exceptionHandler(e -> end());
        }

        private void take(Buffer buffer) {
            if (!over) {
                try {
                    parser.feed(buffer.getBytes(), this);
                } catch (StreamException e) {
                    refuse(malformed(e));
                }
            }
        }

        private void finish() {
            if (over) {
                return;
            }
            try {
                parser.end(this);
                end();
                answer(routing, OK, name, frames);
            } catch (StreamException e) {
                refuse(malformed(e));
            }
        }

        /** What the camera still sends is not worth reading. */
        private void refuse(RefusalException refusal) {
            end();
            failures.answer(routing, refusal);
            var unused = routing.request().connection().close();
        }

        private void end() {
            over = true;
            streams.remove(name, this);
        }

        /** To a newer stream, which may have come on the same connection behind this one. */
        void giveWay(HttpConnection newer) {
            over = true;
            if (routing.request().connection() != newer) {
                var unused = routing.request().connection().close();
            }
        }

        void examine() {
            try {
                if (access.isPresent()) {
                    access.get().examineAgain(routing);
                }
            } catch (RefusalException e) {
                refuse(e);
            }
        }

        @Override
        public void frame(byte[] frame) {
            frames++;
            if (over) {
                return;
            }
            try {
                admitOneMore(routing, frame.length);
                if (!camera.frame(frame, FrameFate.UNHEARD)) {
                    refuse(CameraDoor.unknownCamera(Failures.serviceName(routing), name));
                }
            } catch (RefusalException e) {
                passOver(e);
            }
        }

        /** The stream goes on behind a frame that is too much, but not behind a certificate that counts no more. */
        private void passOver(RefusalException refusal) {
            if (refusal.code() == ErrorCode.UNAUTHENTICATED) {
                refuse(refusal);
            } else {
                camera.refused(refusal.code());
            }
        }

        @Override
        public void oversize() {
            frames++;
            camera.refused(ErrorCode.OVERSIZE);
        }
    }
}
