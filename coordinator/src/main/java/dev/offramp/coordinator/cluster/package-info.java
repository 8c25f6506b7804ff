/** Nodes and their membership. Pure: time is an argument. */
@NullMarked
package dev.offramp.coordinator.cluster;

import org.jspecify.annotations.NullMarked;
