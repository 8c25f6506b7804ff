/** {@code bench links}: what codecs of activations are worth on slow links. */
@NullMarked
package dev.offramp.coordinator.cli.bench.links;

import org.jspecify.annotations.NullMarked;
