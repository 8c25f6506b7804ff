/** What strangers may send: bytes of every kind, damaged and in disorder. For tests of every process that listens. */
@NullMarked
package dev.offramp.proto.tampered;

import org.jspecify.annotations.NullMarked;
