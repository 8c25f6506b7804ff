/** Streams of frames taken apart as their bytes come; bounded memory, no I/O. */
@NullMarked
package dev.offramp.agent.ingress.stream;

import org.jspecify.annotations.NullMarked;
