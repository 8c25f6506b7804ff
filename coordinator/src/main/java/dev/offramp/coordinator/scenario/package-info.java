/** What is simulated, and as text. */
@NullMarked
package dev.offramp.coordinator.scenario;

import org.jspecify.annotations.NullMarked;
