/** The board an agent runs on, or pretends to run on. */
@NullMarked
package dev.offramp.agent.board;

import org.jspecify.annotations.NullMarked;
