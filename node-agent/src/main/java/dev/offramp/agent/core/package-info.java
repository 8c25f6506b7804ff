/**
 * The agent's decisions: events and time in, effects out. No I/O, no threads, no clock; one thread at a time calls
 * {@link dev.offramp.agent.core.AgentCore}.
 */
@NullMarked
package dev.offramp.agent.core;

import org.jspecify.annotations.NullMarked;
