/** Clocks and timers: the only way anything learns the time. */
@NullMarked
package dev.offramp.time;

import org.jspecify.annotations.NullMarked;
