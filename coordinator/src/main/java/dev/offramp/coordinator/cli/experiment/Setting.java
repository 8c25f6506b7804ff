package dev.offramp.coordinator.cli.experiment;

/**
 * What all schedulers are compared in.
 *
 * @param deadline within which an answer counts, in times that one job alone takes at speed 1; 0 if there is none
 */
record Setting(String board, String deployment, int deadline, String arrivals, double loadFactor) {}
