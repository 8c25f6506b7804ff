package dev.offramp.coordinator.cli.bench.overload;

import dev.offramp.coordinator.simulation.ArrivalProcess;
import java.util.Locale;

/** How jobs arrive. */
enum Arrivals {
    POISSON,
    PERIODIC;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    ArrivalProcess at(double perSecond) {
        return switch (this) {
            case POISSON -> new ArrivalProcess.Poisson(perSecond);
            case PERIODIC -> new ArrivalProcess.Periodic(perSecond);
        };
    }
}
