/** What the exits of a network say about labelled images. */
@NullMarked
package dev.offramp.agent.profile;

import org.jspecify.annotations.NullMarked;
