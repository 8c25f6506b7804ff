/** The cluster's own CA: who is a member. The only importer of Bouncy Castle. */
@NullMarked
package dev.offramp.coordinator.authority;

import org.jspecify.annotations.NullMarked;
