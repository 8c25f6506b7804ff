/** The gRPC side: agents attach here, operators ask here. */
@NullMarked
package dev.offramp.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
