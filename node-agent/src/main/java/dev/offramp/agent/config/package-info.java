/** The agent's configuration and command line. */
@NullMarked
package dev.offramp.agent.config;

import org.jspecify.annotations.NullMarked;
