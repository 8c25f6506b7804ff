package dev.offramp.agent.codec;

import dev.offramp.partition.ActivationCodec;
import java.nio.ByteBuffer;

/**
 * An activation as it travels. The bytes are the receiver's of this record.
 *
 * @param codec what was done, which may be less than what was asked for
 */
public record Encoded(ActivationCodec codec, ByteBuffer bytes) {}
