/** Archives of the built agent and coordinator for boards. */
@NullMarked
package dev.offramp.coordinator.cli.dist;

import org.jspecify.annotations.NullMarked;
