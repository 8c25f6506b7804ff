package dev.offramp.coordinator.cli.bench.strangers;

import dev.offramp.partition.HostPort;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.LiveCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Makes one attempt after the other over TCP and TLS. Thread-safe. */
final class Knocker implements Intruder {
    private static final int PATIENCE_MILLIS = 300;
    private static final int SILENT_CONNECTIONS = 1000;
    private static final String[] PROTOCOLS = {"h2", "http/1.1"};
    private static final byte[] FRAME =
            "POST /v1/services/cifar10/frames HTTP/1.1\r\nHost: board\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final String WELCOME = "HTTP/1.1 2";

    private final Kind kind;
    private final SSLContext context;
    private final Deque<Socket> silent = new ArrayDeque<>();

    /** @param credentials to show; empty where none are shown */
    Knocker(Kind kind, Optional<Credentials> credentials) throws GeneralSecurityException {
        this.kind = kind;
        KeyManager[] keys = credentials
                .map(one -> LiveCredentials.of(one, InstantSource.system()).keyManager())
                .map(one -> new KeyManager[] {one})
                .orElseGet(() -> new KeyManager[0]);
        context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new BelievesAnybody()}, null);
    }

    /** Whom a stranger talks to is all one to it. */
    private static final class BelievesAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // It takes no connections.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // All are.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public boolean attempt(HostPort target, InetAddress from) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(target.host(), target.port()), PATIENCE_MILLIS);
            return switch (kind) {
                case CONNECT -> false;
                case SILENT -> {
                    keep(socket);
                    yield false;
                }
                default -> ask(socket, target);
            };
        } finally {
            if (kind != Kind.SILENT) {
                socket.close();
            }
        }
    }

    private boolean ask(Socket plain, HostPort target) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, target.host(), target.port(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(PROTOCOLS);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            // The next one shall cost a handshake again.
            socket.getSession().invalidate();
            socket.getOutputStream().write(FRAME);
            byte[] answer = socket.getInputStream().readNBytes(WELCOME.length());
            return WELCOME.equals(new String(answer, StandardCharsets.US_ASCII));
        }
    }

    private synchronized void keep(Socket socket) throws IOException {
        silent.add(socket);
        if (silent.size() > SILENT_CONNECTIONS) {
            silent.remove().close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        while (!silent.isEmpty()) {
            silent.remove().close();
        }
    }
}
