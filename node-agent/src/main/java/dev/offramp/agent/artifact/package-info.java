/** Partition files on this node's disk, by digest. */
@NullMarked
package dev.offramp.agent.artifact;

import org.jspecify.annotations.NullMarked;
