/** The coordinator's configuration. */
@NullMarked
package dev.offramp.coordinator.config;

import org.jspecify.annotations.NullMarked;
