package dev.offramp.coordinator.authority;

/** Somebody is not given what he asks for; the text says why. */
public final class EnrolmentRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    public EnrolmentRefusal(String message) {
        super(message, null, false, false);
    }
}
