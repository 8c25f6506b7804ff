/** The data plane of one node: the process and how it is put together. */
@NullMarked
package dev.offramp.agent;

import org.jspecify.annotations.NullMarked;
