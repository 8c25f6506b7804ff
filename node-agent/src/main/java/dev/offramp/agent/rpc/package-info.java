/** The agent's side of the coordinator's Attach stream. */
@NullMarked
package dev.offramp.agent.rpc;

import org.jspecify.annotations.NullMarked;
