package dev.offramp.partition.feed;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a camera's frames come from or outcomes go to: a URL with a host, or the word {@code push} where the camera comes
 * to us. It may hold a user's name and password, so it is shown {@link #masked}. Immutable.
 */
public record FeedUrl(String text) {
    /** The camera sends by itself. */
    public static final FeedUrl PUSH = new FeedUrl("push");

    private static final int MAX_CHARACTERS = 2048;
    private static final int MAX_PORT = 65_535;

    public FeedUrl {
        if (!text.equals("push")) {
            if (text.length() > MAX_CHARACTERS) {
                throw new IllegalArgumentException(
                        "a URL of %d characters: expected at most %d".formatted(text.length(), MAX_CHARACTERS));
            }
            URI uri = parsed(text);
            if (uri.getScheme() == null || uri.getHost() == null || uri.getPort() > MAX_PORT) {
                throw new IllegalArgumentException(
                        "'%s' is no URL: expected e.g. http://camera.local:81/stream".formatted(masked(text)));
            }
        }
    }

    private static URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "'%s' is no URL (%s): expected e.g. http://camera.local:81/stream"
                            .formatted(masked(text), e.getReason()),
                    e);
        }
    }

    private boolean isPush() {
        return text.equals("push");
    }

    /** In lower case. */
    public String scheme() {
        return isPush() ? "push" : parsed(text).getScheme().toLowerCase(Locale.ROOT);
    }

    /** Empty for {@code push}. */
    public String host() {
        if (isPush()) {
            return "";
        }
        String host = parsed(text).getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether the host can only be this machine, as far as can be seen without asking anybody. */
    public boolean isLoopback() {
        return host().matches("localhost|::1|127(\\.\\d{1,3}){3}");
    }

    /** The port, or {@code usual} where there is none. */
    public int port(int usual) {
        int port = isPush() ? -1 : parsed(text).getPort();
        return port < 0 ? usual : port;
    }

    /** Path and query as in the first line of an HTTP request. */
    public String target() {
        URI uri = parsed(text);
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** Decoded, without the slash in front; empty where there is none. */
    public String path() {
        String path = isPush() ? "" : parsed(text).getPath();
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /** What follows the question mark; empty where there is none. */
    public String query() {
        String query = isPush() ? null : parsed(text).getQuery();
        return query == null ? "" : query;
    }

    /** {@code user:password}, decoded. */
    public Optional<String> userInfo() {
        return isPush() ? Optional.empty() : Optional.ofNullable(parsed(text).getUserInfo());
    }

    /** Before the colon of the user info. */
    public Optional<String> user() {
        return userInfo().map(info -> info.split(":", 2)[0]);
    }

    /** After the colon of the user info. */
    public Optional<String> password() {
        return userInfo().filter(info -> info.indexOf(':') >= 0).map(info -> info.split(":", 2)[1]);
    }

    /** For people: without what is between the scheme and the {@code @}, and without the values of the query. */
    public String masked() {
        String query = isPush() ? null : parsed(text).getRawQuery();
        String shown = text.replaceFirst("://[^/@]*@", "://***@");
        return query == null ? shown : shown.replace("?" + query, "?" + query.replaceAll("=[^&]*", "=***"));
    }

    /** What is no URL may have its password anywhere before the last {@code @}, or after a question mark. */
    private static String masked(String text) {
        return text.replaceFirst("^([a-zA-Z0-9+.-]*://)?.*@", "$1***@").replaceFirst("\\?.*", "?***");
    }

    @Override
    public String toString() {
        return masked();
    }
}
