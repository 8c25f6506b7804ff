/** The data plane's stream: messages with an activation beside them, copied no oftener than gRPC needs. */
@NullMarked
package dev.offramp.proto.stream;

import org.jspecify.annotations.NullMarked;
