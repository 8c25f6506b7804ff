package dev.offramp.agent.ingress;

/**
 * A decoded frame.
 *
 * @param samples {@code width × height × channels} bytes, row by row, channels together; belongs to the picture
 * @param channels 3 (red, green, blue) or 1 (luma)
 */
@SuppressWarnings("ArrayRecordComponent")
record Picture(int width, int height, int channels, byte[] samples) {}
