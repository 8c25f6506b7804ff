/** What the coordinator decides: a state machine without I/O. Events and time in, effects out. */
@NullMarked
package dev.offramp.coordinator.control;

import org.jspecify.annotations.NullMarked;
