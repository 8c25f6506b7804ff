/** Child processes of commands that run a cluster on this machine. */
@NullMarked
package dev.offramp.coordinator.cli.process;

import org.jspecify.annotations.NullMarked;
