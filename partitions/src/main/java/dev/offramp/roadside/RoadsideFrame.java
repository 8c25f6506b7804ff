package dev.offramp.roadside;

/**
 * One frame of a {@link RoadsideCamera}.
 *
 * @param number from 1
 * @param truth what it shows
 * @param jpeg the encoded frame, {@link RoadsideRenderer#SIZE} pixels wide and high, mostly 2 to 5 kB; the receiver's to
 *     keep
 */
public record RoadsideFrame(long number, SceneClass truth, byte[] jpeg) {}
