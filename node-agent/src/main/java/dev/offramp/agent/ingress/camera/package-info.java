/** Cameras of this node: what is taken of their frames, when a connection is given up, when it is tried again. */
@NullMarked
package dev.offramp.agent.ingress.camera;

import org.jspecify.annotations.NullMarked;
