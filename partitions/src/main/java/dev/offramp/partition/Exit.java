package dev.offramp.partition;

/**
 * A classifier at some depth. Exits of a network are numbered from 1 in order of depth; the last is the final exit.
 *
 * @param number 1 … number of exits of the network
 * @param output name of the graph output that carries its scores, shape [batch, classes]
 */
public record Exit(int number, String output) {
    public Exit {
        if (number < 1) {
            throw new IllegalArgumentException("exit number (%d) must be at least 1".formatted(number));
        }
    }
}
