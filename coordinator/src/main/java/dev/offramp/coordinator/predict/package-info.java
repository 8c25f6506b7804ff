/** (deployment, workload, orders) → what will become of the jobs. No I/O; usable as a library. */
@NullMarked
package dev.offramp.coordinator.predict;

import org.jspecify.annotations.NullMarked;
