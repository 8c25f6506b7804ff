package dev.offramp.coordinator.cli.demo;

/** The demo cannot go on; the message says why and, in a second line, what may help. */
final class DemoException extends Exception {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
