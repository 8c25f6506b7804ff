/** What brings frames of each kind of camera. */
@NullMarked
package dev.offramp.agent.ingress.source;

import org.jspecify.annotations.NullMarked;
