package dev.offramp.agent.ingress.source;

import dev.offramp.agent.ingress.camera.FrameSource;
import dev.offramp.agent.ingress.stream.FrameParser;
import dev.offramp.agent.ingress.stream.StreamException;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Remark;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Asks a camera for its stream over HTTP. One client an attempt: with it everything of the attempt is gone. Thread-safe. */
final class MjpegSource implements FrameSource {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int OK = 200;

    private final Vertx vertx;
    private final FeedUrl url;
    private final int maxFrameBytes;

    MjpegSource(Vertx vertx, FeedUrl url, int maxFrameBytes) {
        this.vertx = vertx;
        this.url = url;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public Connection open(Listener listener) {
        boolean secure = url.scheme().equals("https");
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setKeepAlive(false)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setSsl(secure),
                new PoolOptions().setHttp1MaxSize(1));
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(url.host())
                .setPort(url.port(secure ? HTTPS_PORT : HTTP_PORT))
                .setURI(url.target());
        url.userInfo()
                .ifPresent(info -> request.putHeader(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8))));
        var unused = client.request(request)
                .compose(asked -> send(asked, listener))
                .onSuccess(response -> read(response, listener))
                .onFailure(e -> listener.ended("no answer of %s: %s".formatted(url, Remark.of(e))));
        return () -> {
            var unusedEnd = client.close();
        };
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, Listener listener) {
        request.connection().exceptionHandler(e -> listener.ended("the connection broke: " + e.getMessage()));
        return request.send();
    }

    private void read(HttpClientResponse response, Listener listener) {
        if (response.statusCode() != OK) {
            listener.ended(
                    "%s answers %d %s: expected 200".formatted(url, response.statusCode(), response.statusMessage()));
            return;
        }
        try {
            Received received = new Received(
                    listener,
                    FrameParser.of(Optional.ofNullable(response.getHeader("Content-Type")), maxFrameBytes),
                    listener::ended);
            response.exceptionHandler(e -> received.end("the stream broke off: " + e.getMessage()));
            response.endHandler(end -> received.end("the camera ended the stream"));
            response.handler(received::bytes);
        } catch (StreamException e) {
            listener.ended(String.valueOf(e.getMessage()));
        }
    }
}
