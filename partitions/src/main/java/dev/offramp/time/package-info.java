/** Clocks, timers and durations as people write them: the only way anything learns the time. */
@NullMarked
package dev.offramp.time;

import org.jspecify.annotations.NullMarked;
