/** The inference port: partitions made ready to run. */
@NullMarked
package dev.offramp.agent.inference;

import org.jspecify.annotations.NullMarked;
