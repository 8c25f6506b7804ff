package dev.offramp.coordinator.queueing;

/**
 * The distribution of a service time by two moments: gamma, with constants at the one end.
 *
 * <p>{@code scv} = 0 is deterministic, 1/k is Erlang of k phases, 1 is exponential, more than 1 is a gamma
 * distribution with a heavy start and a long tail.
 *
 * @param mean the mean service time, more than 0
 * @param scv the squared coefficient of variation, 0 or more
 */
public record ServiceMoments(double mean, double scv) {
    public ServiceMoments {
        if (!(mean > 0) || mean == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("mean service time (" + mean + ") must be positive and finite");
        }
        if (!(scv >= 0) || scv == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "squared coefficient of variation of service (" + scv + ") must be 0 or more and finite");
        }
    }

    public static ServiceMoments deterministic(double mean) {
        return new ServiceMoments(mean, 0);
    }

    public static ServiceMoments exponential(double mean) {
        return new ServiceMoments(mean, 1);
    }

    public static ServiceMoments erlang(int phases, double mean) {
        if (phases < 1) {
            throw new IllegalArgumentException("phases (" + phases + ") of an Erlang distribution must be at least 1");
        }
        return new ServiceMoments(mean, 1.0 / phases);
    }
}
