package dev.offramp.coordinator.control.pilot;

/** Why a scheduler was asked. */
public enum Trigger {
    /** An operator chose it, or the coordinator started. */
    CHOSEN("scheduler chosen"),
    /** Jobs arrive at another rate. */
    LOAD("load changed"),
    /** Inference takes another time on a node. */
    SERVICE_TIMES("service times changed"),
    /** Jobs leave elsewhere than the exit profile says. */
    EXITS("exits behave differently"),
    /** A node went or came back. */
    NODES("nodes changed"),
    /** There is another placement. */
    PLACEMENT("placement changed"),
    /** Nothing for a long time: slow drifts. */
    REVIEW("review"),
    /** The scheduler reacts to what it sees in every window. */
    WINDOW("window"),
    /** The last policy did not do what was predicted. */
    WRONG_PREDICTION("prediction was wrong");

    private final String text;

    Trigger(String text) {
        this.text = text;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
