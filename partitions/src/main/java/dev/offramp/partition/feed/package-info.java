/** What is connected to a service from outside: cameras, and receivers of its outcomes. */
@NullMarked
package dev.offramp.partition.feed;

import org.jspecify.annotations.NullMarked;
