/** Formulas of finite queues. Pure. */
@NullMarked
package dev.offramp.coordinator.queueing;

import org.jspecify.annotations.NullMarked;
