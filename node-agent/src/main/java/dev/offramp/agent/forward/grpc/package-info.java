/** Jobs and outcomes between neighbours, over gRPC streams. */
@NullMarked
package dev.offramp.agent.forward.grpc;

import org.jspecify.annotations.NullMarked;
