/** What a service manager that runs a process is told about it. */
@NullMarked
package dev.offramp.supervision;

import org.jspecify.annotations.NullMarked;
