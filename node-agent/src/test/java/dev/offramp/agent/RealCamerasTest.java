package dev.offramp.agent;

import static dev.offramp.agent.CameraCluster.camera;
import static dev.offramp.agent.CameraCluster.slowCamera;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offramp.agent.ingress.Frames;
import dev.offramp.proto.v1.CameraTelemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of camera with a real program at the other end. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class RealCamerasTest {
    private Path directory;
    private CameraCluster cameras;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        cameras = new CameraCluster(temporary);
    }

    @AfterAll
    void stop() {
        cameras.close();
    }

    private Program ffmpeg(String... output) throws IOException {
        Program.require("ffmpeg", "ffmpeg");
        List<String> command = new ArrayList<>(List.of(
                "ffmpeg",
                "-nostdin",
                "-hide_banner",
                "-loglevel",
                "warning",
                "-re",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=96x96:rate=10"));
        command.addAll(Arrays.asList(output));
        return Program.start(directory, command.toArray(String[]::new));
    }

    private Program mjpegServer(int port) throws IOException {
        return ffmpeg("-f", "mpjpeg", "-listen", "1", "http://127.0.0.1:" + port + "/");
    }

    @Test
    void pullsMjpegFromFfmpegAndComesBackAfterItDied() throws Exception {
        int port = CameraCluster.freePort();
        Program first = mjpegServer(port);
        cameras.add(camera("mjpeg", "http://127.0.0.1:" + port + "/"));
        cameras.awaitServed("mjpeg", 10);

        first.close();
        cameras.await("mjpeg", camera -> !camera.getUp());

        try (Program second = mjpegServer(port)) {
            CameraTelemetry back = cameras.await("mjpeg", CameraTelemetry::getUp);
            assertThat(back.getReconnects()).isPositive();
            cameras.remove("mjpeg");
        }
    }

    @Test
    void noticesThatFfmpegStalls() throws Exception {
        int port = CameraCluster.freePort();
        try (Program server = mjpegServer(port)) {
            cameras.add(camera("stalling", "http://127.0.0.1:" + port + "/"));
            cameras.awaitServed("stalling", 1);

            server.signal("STOP");
            cameras.await("stalling", camera -> !camera.getUp() && camera.getReconnects() > 0);
            cameras.remove("stalling");
        }
    }

    @Test
    void connectsToAnFfmpegThatSendsRawMjpegOverTcp() throws Exception {
        int port = CameraCluster.freePort();
        try (Program server = ffmpeg("-f", "mjpeg", "tcp://127.0.0.1:" + port + "?listen")) {
            cameras.add(camera("tcp", "tcp://127.0.0.1:" + port));
            cameras.awaitServed("tcp", 10);

            server.close();
            assertThat(cameras.await("tcp", camera -> !camera.getUp()).getProblem())
                    .matches("(?s)the camera closed the connection|cannot reach tcp://.*");
            cameras.remove("tcp");
        }
    }

    @Test
    void listensForAnFfmpegThatSendsRawMjpegOverTcpAndForTheNext() throws Exception {
        int port = CameraCluster.freePort();
        cameras.add(camera("listening", "tcp://127.0.0.1:" + port + "?listen"));
        cameras.await("listening", camera -> camera.getState().equals("listening"));
        try (Program first = ffmpeg("-f", "mjpeg", "tcp://127.0.0.1:" + port)) {
            cameras.awaitServed("listening", 10);
            first.signal("STOP");
            cameras.await("listening", camera -> camera.getState().equals("listening"));

            try (Program second = ffmpeg("-f", "mjpeg", "tcp://127.0.0.1:" + port)) {
                cameras.await("listening", CameraTelemetry::getUp);
            }
        }
        cameras.remove("listening");
    }

    @Test
    void takesPicturesThatMosquittoBrings() throws Exception {
        Broker.require();
        int port = CameraCluster.freePort();
        Path picture = Files.write(directory.resolve("scene.jpg"), Frames.bytes("scene.jpg"));
        Path large = Files.write(directory.resolve("large"), new byte[300_000]);
        Path nothing = Files.write(directory.resolve("nothing"), new byte[0]);
        cameras.add(camera("mqtt", "mqtt://127.0.0.1:" + port + "/cameras/front"));
        cameras.await("mqtt", camera -> camera.getReconnects() > 0);
        try (Broker broker = Broker.start(directory, port)) {
            publishUntilUp(broker, picture);
            broker.publish("cameras/front", nothing);
            broker.publish("cameras/back", picture);
            broker.publish("cameras/front", picture);
            assertThat(cameras.await("mqtt", camera -> camera.getSkippedMap().containsKey("decode"))
                            .getSkippedMap()
                            .get("decode"))
                    .isEqualTo(1);

            broker.publish("cameras/front", large);
            cameras.await("mqtt", camera -> camera.getSkippedMap().containsKey("oversize"));
            publishUntilUp(broker, picture);
        }
        cameras.await("mqtt", camera -> !camera.getUp());
        cameras.remove("mqtt");
    }

    @Test
    void nodesOfTwoClustersThatAreCalledTheSameShareABroker() throws Exception {
        Broker.require();
        int port = CameraCluster.freePort();
        Path picture = Files.write(directory.resolve("shared.jpg"), Frames.bytes("scene.jpg"));
        try (Broker broker = Broker.start(directory, port);
                CameraCluster others = new CameraCluster(directory.resolve("others"))) {
            List<CameraCluster> clusters = List.of(cameras, others);
            for (CameraCluster cluster : clusters) {
                cluster.add(slowCamera("shared", "mqtt://127.0.0.1:" + port + "/cameras/shared"));
                cluster.await("shared", camera -> camera.getState().equals("listening"));
            }
            broker.publish("cameras/shared", picture);
            for (CameraCluster cluster : clusters) {
                cluster.awaitServed("shared", 1);
            }
            assertThat(broker.log()).doesNotContain("already connected");
            cameras.remove("shared");
        }
    }

    @Test
    void takesPicturesOverTlsFromABrokerItTrusts() throws Exception {
        Broker.require();
        Program.require("openssl", "openssl");
        int port = CameraCluster.freePort();
        Path picture = Files.write(directory.resolve("secret.jpg"), Frames.bytes("scene.jpg"));
        try (SelfSigned own = SelfSigned.make(directory);
                Broker broker = Broker.start(directory, port, own)) {
            cameras.add(slowCamera("stranger", "mqtts://127.0.0.1:" + port + "/cameras/side"));
            cameras.await("stranger", camera -> camera.getProblem().contains("certification path"));
            cameras.remove("stranger");

            own.trust();
            cameras.add(slowCamera("friend", "mqtts://127.0.0.1:" + port + "/cameras/side"));
            cameras.await("friend", camera -> camera.getState().equals("listening"));
            broker.publish("cameras/side", picture);
            cameras.await("friend", camera -> camera.getServed() == 1);
            cameras.remove("friend");
        }
    }

    /** The camera's patience is a second: what comes before it has subscribed is lost. */
    private void publishUntilUp(Broker broker, Path picture) throws Exception {
        for (int i = 0; i < 40; i++) {
            broker.publish("cameras/front", picture);
            if (cameras.cluster.coordinator.telemetry("one").getCamerasList().stream()
                    .anyMatch(camera -> camera.getName().equals("mqtt") && camera.getUp())) {
                return;
            }
        }
        throw new AssertionError("no picture came: " + broker.log());
    }

    private String pushUrl(String camera) {
        return cameras.cluster.uri("one", "/v1/services/tiny/cameras/" + camera).toString();
    }

    @Test
    void takesSingleFramesThatCurlPosts() throws Exception {
        Program.require("curl", "curl");
        Path picture = Files.write(directory.resolve("posted.jpg"), Frames.bytes("scene.jpg"));
        cameras.add(camera("curl", "push"));
        for (int i = 0; i < 3; i++) {
            try (Program curl = Program.start(
                    directory, "curl", "-sS", "--fail", "--data-binary", "@" + picture, pushUrl("curl"))) {
                assertThat(curl.await()).as(curl.output()).isZero();
                assertThat(curl.output()).contains("\"frames\":1");
            }
        }
        try (Program curl = Program.start(directory, "curl", "-sS", "-T", picture.toString(), pushUrl("curl"))) {
            assertThat(curl.await()).as(curl.output()).isZero();
        }

        cameras.await("curl", camera -> camera.getServed() == 4);
        assertThat(cameras.await("curl", camera -> !camera.getUp()).getState()).isEqualTo("listening");
        cameras.remove("curl");
    }

    @Test
    void takesTheStreamThatFfmpegPosts() throws Exception {
        cameras.add(camera("posted", "push"));
        try (Program posting = ffmpeg(
                "-f",
                "mpjpeg",
                "-method",
                "POST",
                "-content_type",
                "multipart/x-mixed-replace;boundary=ffmpeg",
                pushUrl("posted"))) {
            cameras.awaitServed("posted", 10);
            posting.signal("STOP");
            cameras.await("posted", camera -> !camera.getUp());
        }
        try (Program raw = ffmpeg("-f", "mjpeg", "-method", "PUT", pushUrl("posted"))) {
            cameras.await("posted", CameraTelemetry::getUp);
            cameras.remove("posted");
            raw.await();
        }
    }

    @Test
    void takesTheMultipartStreamOfGStreamerOverTcp() throws Exception {
        Program.require("gst-launch-1.0", "gstreamer1.0-tools");
        int port = CameraCluster.freePort();
        try (Program server = Program.start(
                directory,
                "gst-launch-1.0",
                "-q",
                "videotestsrc",
                "is-live=true",
                "!",
                "video/x-raw,width=96,height=96,framerate=10/1",
                "!",
                "jpegenc",
                "!",
                "multipartmux",
                "!",
                "tcpserversink",
                "host=127.0.0.1",
                "port=" + port)) {
            cameras.add(camera("gstreamer", "tcp://127.0.0.1:" + port));
            cameras.awaitServed("gstreamer", 10);
            cameras.remove("gstreamer");
            assertThat(server.output()).doesNotContain("ERROR");
        }
    }

    @Test
    void pullsTheStreamOfMotion() throws Exception {
        Program.require("motion", "motion");
        requireRtspServer();
        int rtsp = CameraCluster.freePort();
        int port = CameraCluster.freePort();
        Path configuration = Files.writeString(directory.resolve("motion.conf"), """
                daemon off
                setup_mode off
                log_level 5
                netcam_url rtsp://127.0.0.1:%d/camera
                width 96
                height 96
                framerate 10
                stream_port %d
                stream_localhost on
                stream_maxrate 10
                stream_motion off
                picture_output off
                movie_output off
                target_dir %s
                """.formatted(rtsp, port, directory));
        try (Program server = rtspServer(rtsp);
                Program motion =
                        Program.start(directory, Program.path("motion"), "-n", "-c", configuration.toString())) {
            cameras.add(slowCamera("motion", "http://127.0.0.1:" + port + "/"));
            cameras.awaitServed("motion", 10);
            cameras.remove("motion");
            assertThat(server.output()).isEmpty();
            assertThat(motion.output()).contains("Motion");
        }
    }

    @Test
    void playsRtspThroughFfmpegAndComesBackWhenTheServerDoes() throws Exception {
        Program.require("ffmpeg", "ffmpeg");
        requireRtspServer();
        int port = CameraCluster.freePort();
        cameras.add(slowCamera("rtsp", "rtsp://127.0.0.1:" + port + "/camera"));
        cameras.await("rtsp", camera -> camera.getProblem().contains("Connection refused"));
        try (Program server = rtspServer(port)) {
            cameras.awaitServed("rtsp", 10);

            server.signal("STOP");
            cameras.await("rtsp", camera -> camera.getProblem().equals("no frame for 6000 ms"));
            server.signal("CONT");
            cameras.await("rtsp", CameraTelemetry::getUp);
        }
        cameras.await("rtsp", camera -> !camera.getUp());
        cameras.remove("rtsp");
        assertThat(ProcessHandle.current().descendants().filter(RealCamerasTest::playsRtsp))
                .allSatisfy(child -> child.onExit().get(20, TimeUnit.SECONDS));
    }

    @Test
    void theChildDecodesNoPictureThatIsTooLarge() throws Exception {
        Program.require("ffmpeg", "ffmpeg");
        requireRtspServer();
        int port = CameraCluster.freePort();
        try (Program server = rtspServer(port, 1200)) {
            cameras.add(slowCamera("huge", "rtsp://127.0.0.1:" + port + "/camera"));

            assertThat(cameras.await("huge", camera -> camera.getReconnects() > 0)
                            .getFrames())
                    .isZero();
            cameras.remove("huge");
            assertThat(server.output()).isEmpty();
        }
    }

    private static boolean playsRtsp(ProcessHandle child) {
        return child.info()
                .commandLine()
                .filter(line -> line.contains("rtsp://"))
                .isPresent();
    }

    private void requireRtspServer() throws Exception {
        try (Program check = Program.start(
                directory,
                "/usr/bin/python3",
                "-c",
                "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer")) {
            assumeTrue(
                    check.await() == 0,
                    "gst-rtsp-server is not here: apt-get install python3-gi gir1.2-gst-rtsp-server-1.0");
        }
    }

    private Program rtspServer(int port) throws IOException {
        return rtspServer(port, 96);
    }

    private Program rtspServer(int port, int sidePixels) throws IOException {
        return Program.start(
                directory, "/usr/bin/python3", "-c", """
                import gi, sys
                gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
                from gi.repository import Gst, GstRtspServer, GLib
                Gst.init(None)
                server = GstRtspServer.RTSPServer(); server.set_address('127.0.0.1'); server.set_service(sys.argv[1])
                factory = GstRtspServer.RTSPMediaFactory()
                factory.set_launch('( videotestsrc is-live=true '
                                   '! video/x-raw,format=I420,width=%s,height=%s,framerate=10/1 '
                                   '! jpegenc ! rtpjpegpay name=pay0 )' % (sys.argv[2], sys.argv[2]))
                factory.set_shared(True)
                server.get_mount_points().add_factory('/camera', factory)
                server.attach(None); GLib.MainLoop().run()
                """, String.valueOf(port), String.valueOf(sidePixels));
    }
}
