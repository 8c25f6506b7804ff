package dev.offramp.agent.receiver;

import dev.offramp.agent.forward.BackOff;
import dev.offramp.partition.feed.FeedUrl;
import dev.offramp.partition.feed.Receiver;
import dev.offramp.partition.feed.Remark;
import dev.offramp.time.NanoClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Posts outcomes to a webhook, one a request and one at a time, signed. Confined as {@link Outlet} says. */
final class WebhookOutlet implements Outlet {
    private static final int CAPACITY = 256;
    private static final int MAX_ATTEMPTS = 5;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 10_000;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int TOO_EARLY = 425;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final Receiver receiver;
    private final NanoClock clock;
    private final InstantSource wallClock;
    private final HttpClient client;
    private final Deliveries<String> deliveries;
    private final Delivered delivered = new Delivered();
    private boolean closed;

    WebhookOutlet(Vertx vertx, Receiver receiver, NanoClock clock, InstantSource wallClock, BackOff backOff) {
        this.receiver = receiver;
        this.clock = clock;
        this.wallClock = wallClock;
        this.deliveries = new Deliveries<>(CAPACITY, MAX_ATTEMPTS, backOff);
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setSsl(isSecure()),
                new PoolOptions().setHttp1MaxSize(1));
    }

    private boolean isSecure() {
        return receiver.target().scheme().equals("https");
    }

    @Override
    public Receiver receiver() {
        return receiver;
    }

    @Override
    public void offer(String origin, String json) {
        if (deliveries.offer(json) == Deliveries.Cost.OLDEST) {
            delivered.dropped("queue_full");
        }
        tick();
    }

    @Override
    public void tick() {
        if (!closed) {
            Optional<String> next = deliveries.next(clock.nanoTime());
            next.ifPresent(this::send);
        }
    }

    private void send(String body) {
        FeedUrl url = receiver.target();
        long timestamp = wallClock.instant().getEpochSecond();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.host())
                .setPort(url.port(isSecure() ? HTTPS_PORT : HTTP_PORT))
                .setURI(url.target())
                .putHeader("Content-Type", "application/json")
                .putHeader("Offramp-Timestamp", String.valueOf(timestamp))
                .putHeader("Offramp-Signature", "sha256=" + Signature.of(receiver.secret(), timestamp, body));
        var unused = client.request(request)
                .compose(open -> status(open, body).onFailure(e -> {
                    var unusedReset = open.reset();
                }))
                .onSuccess(this::answered)
                .onFailure(e -> failed("no answer of %s: %s".formatted(url, Remark.of(e))));
    }

    /** An answer that comes byte by byte is not waited for. */
    private static Future<Integer> status(HttpClientRequest open, String body) {
        return open.send(Buffer.buffer(body))
                .compose(response -> response.end().map(end -> response.statusCode()))
                .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void answered(int status) {
        boolean later = status >= SERVER_ERROR
                || status == TOO_MANY_REQUESTS
                || status == REQUEST_TIMEOUT
                || status == TOO_EARLY;
        if (status / 100 == 2) {
            delivered.sent();
            deliveries.done();
            tick();
        } else if (later) {
            failed("%s answers %d".formatted(receiver.target(), status));
        } else {
            delivered.down("%s answers %d: expected 200".formatted(receiver.target(), status));
            delivered.dropped("rejected");
            deliveries.done();
            tick();
        }
    }

    private void failed(String why) {
        delivered.down(why);
        if (!deliveries.failed(clock.nanoTime())) {
            delivered.dropped("undeliverable");
        }
    }

    @Override
    public ReceiverStatus status() {
        return delivered.status(receiver);
    }

    @Override
    public void close() {
        closed = true;
        var unusedEnd = client.close();
    }
}
