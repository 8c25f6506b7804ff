/** The node's bounded queue. */
@NullMarked
package dev.offramp.agent.queue;

import org.jspecify.annotations.NullMarked;
