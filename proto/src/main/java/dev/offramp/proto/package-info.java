/** The codec between the wire and the vocabulary; generated types go no further than here and the rpc packages. */
@NullMarked
package dev.offramp.proto;

import org.jspecify.annotations.NullMarked;
