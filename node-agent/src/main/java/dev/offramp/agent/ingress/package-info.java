/** Frames in, outcomes out, over HTTP. */
@NullMarked
package dev.offramp.agent.ingress;

import org.jspecify.annotations.NullMarked;
