/** Confidence against threshold. */
@NullMarked
package dev.offramp.agent.exit;

import org.jspecify.annotations.NullMarked;
