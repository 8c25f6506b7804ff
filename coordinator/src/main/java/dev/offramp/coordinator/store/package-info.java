/** State that survives: SQLite for facts, a directory for partition files. */
@NullMarked
package dev.offramp.coordinator.store;

import org.jspecify.annotations.NullMarked;
