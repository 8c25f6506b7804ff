/** Deployments as queueing networks, and what becomes of their jobs on virtual time. No I/O; usable as a library. */
@NullMarked
package dev.offramp.coordinator.simulation;

import org.jspecify.annotations.NullMarked;
