/** Who leaves where: schedulers from the literature and our own. No I/O; usable as a library. */
@NullMarked
package dev.offramp.coordinator.scheduling;

import org.jspecify.annotations.NullMarked;
