package dev.offramp.roadside;

import java.util.Locale;

/** What a roadside frame shows, in alphabetical order: the ordinal is the label's index. */
public enum SceneClass {
    BICYCLE,
    BUS,
    CAR,
    DOG,
    EMPTY_ROAD,
    MOTORCYCLE,
    PEDESTRIAN,
    TRAFFIC_LIGHT,
    TRAFFIC_SIGN,
    TRUCK;

    /** Lower snake case, as in the network's labels. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
