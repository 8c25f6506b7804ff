/** Manifests, digests and the verified opening of partition files. */
@NullMarked
package dev.offramp.partition.artifact;

import org.jspecify.annotations.NullMarked;
