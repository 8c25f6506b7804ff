/** The uncut network behind plain HTTP: what anybody could have without Offramp, and what it is compared with. */
@NullMarked
package dev.offramp.agent.serving;

import org.jspecify.annotations.NullMarked;
