/** The shared vocabulary: what is deployed and how it is called. JDK and JSpecify only. */
@NullMarked
package dev.offramp.partition;

import org.jspecify.annotations.NullMarked;
