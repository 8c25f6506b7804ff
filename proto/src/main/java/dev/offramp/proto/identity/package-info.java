/** Who a process is and whom it trusts: names in certificates, keys on disk, trust at the handshake. JDK only. */
@NullMarked
package dev.offramp.proto.identity;

import org.jspecify.annotations.NullMarked;
