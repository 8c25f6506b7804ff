/** Lamp, button and fan through Pi4J. */
@NullMarked
package dev.offramp.agent.board.pi4j;

import org.jspecify.annotations.NullMarked;
