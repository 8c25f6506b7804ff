package dev.offramp.partition;

/** What an exit's output holds. */
public enum Scores {
    /** Unnormalised; confidence is the largest entry of their softmax. */
    LOGITS,
    /** Normalised; confidence is the largest entry. */
    PROBABILITIES
}
