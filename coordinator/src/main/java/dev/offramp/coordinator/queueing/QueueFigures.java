package dev.offramp.coordinator.queueing;

/**
 * Figures of one station in the long run.
 *
 * @param lossRatio the share of arriving jobs that find the station full, 0 … 1
 * @param meanNumber the time average of the number of jobs in the station, the one in service included
 * @param responseTime the mean time from arrival to completion of the jobs that are not lost, in the caller's unit
 */
public record QueueFigures(double lossRatio, double meanNumber, double responseTime) {}
