/** The one thread that runs the core, and what executes its effects. */
@NullMarked
package dev.offramp.agent.loop;

import org.jspecify.annotations.NullMarked;
