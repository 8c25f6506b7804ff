/** Who may call what: the one table of rights, its enforcement on gRPC servers, and how members are enrolled. */
@NullMarked
package dev.offramp.proto.access;

import org.jspecify.annotations.NullMarked;
