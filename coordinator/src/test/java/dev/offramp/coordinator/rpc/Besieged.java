package dev.offramp.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.offramp.coordinator.Members;
import dev.offramp.coordinator.TrustsAnybody;
import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.Identity;
import dev.offramp.proto.identity.Role;
import dev.offramp.proto.tampered.OpenConnections;
import dev.offramp.proto.v1.ControlGrpc;
import dev.offramp.proto.v1.GetPlacementRequest;
import dev.offramp.proto.v1.GetPolicyRequest;
import dev.offramp.proto.v1.ListCamerasRequest;
import dev.offramp.proto.v1.ListModelsRequest;
import dev.offramp.proto.v1.ListNodesRequest;
import dev.offramp.proto.v1.ListReceiversRequest;
import dev.offramp.proto.v1.Node;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * A coordinator with a model, a placement and an attached agent, an operator's connection that stands all the time, and
 * strangers that try whatever they like.
 */
final class Besieged implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final HostPort address;
    private final boolean certificates;
    private final Callable<ManagedChannel> member;
    private final AutoCloseable coordinator;
    private final Operator operator;
    private final FakeAgent agent;
    private final List<Message> state;
    private final long connections;

    private Besieged(
            HostPort address,
            boolean certificates,
            Callable<ManagedChannel> member,
            ManagedChannel agentsChannel,
            AutoCloseable coordinator)
            throws Exception {
        this.address = address;
        this.certificates = certificates;
        this.member = member;
        this.coordinator = coordinator;
        this.operator = new Operator(member.call());
        this.agent =
                FakeAgent.attach(agentsChannel, FakeAgent.registration("n1").build(), command -> "");
        operator.awaitUp("n1");
        operator.push();
        var unused = operator.control().applyPlacement(Operator.placement("n1", "n1"));
        this.state = state(operator.control());
        this.connections = OpenConnections.standing(port());
    }

    /** Without certificates: whoever reaches it is a member, but need not know how to behave. */
    static Besieged plain(Path directory) throws Exception {
        PlainCoordinator coordinator = PlainCoordinator.start(directory);
        return new Besieged(coordinator.address(), false, coordinator::channel, coordinator.channel(), coordinator);
    }

    static Besieged withCertificates(Path directory) throws Exception {
        Members members = Members.start(directory);
        return new Besieged(
                members.address(),
                true,
                () -> members.channel(members.issue(Identity.of(Role.ADMIN, "alice"))),
                members.channel(members.issue(Identity.of(Role.AGENT, "n1"))),
                members);
    }

    int port() {
        return address.port();
    }

    boolean hasCertificates() {
        return certificates;
    }

    /** A stranger's connection, behind the handshake where there is one. */
    Socket connect() throws IOException {
        Socket socket = new Socket(address.host(), address.port());
        return certificates ? secured(socket) : socket;
    }

    /** Behind a handshake without a certificate. */
    static Socket secured(Socket plain) throws IOException {
        try {
            SSLContext anybody = SSLContext.getInstance("TLS");
            anybody.init(null, new TrustManager[] {new TrustsAnybody()}, null);
            SSLSocket socket = (SSLSocket) anybody.getSocketFactory().createSocket(plain, "coordinator", 1, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Members are answered as before, on connections old and new, and no stranger is left. */
    void assertUnmoved() throws Exception {
        assertThat(state(operator.control())).isEqualTo(state);
        ManagedChannel anew = member.call();
        assertThat(state(new Operator(anew).control())).isEqualTo(state);
        assertThat(anew.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(agent.isAttached()).isTrue();
        OpenConnections.awaitStanding(port(), connections);
    }

    /** Everything that was decided; what nodes report by themselves left out. */
    private static List<Message> state(ControlGrpc.ControlBlockingStub control) {
        List<Message> state = new ArrayList<>(List.of(
                control.listModels(ListModelsRequest.getDefaultInstance()),
                control.getPlacement(GetPlacementRequest.getDefaultInstance()),
                control.getPolicy(
                        GetPolicyRequest.newBuilder().setService("roadside").build()),
                control.listCameras(ListCamerasRequest.getDefaultInstance()),
                control.listReceivers(ListReceiversRequest.getDefaultInstance())));
        control.listNodes(ListNodesRequest.getDefaultInstance()).getNodesList().stream()
                .map(Node::getRegistration)
                .forEach(state::add);
        return state;
    }

    @Override
    public void close() throws Exception {
        agent.close();
        operator.channel().shutdownNow();
        coordinator.close();
    }
}
