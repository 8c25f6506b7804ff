/** {@code export}: what nodes report, to whoever takes OpenTelemetry's protocol. The only importer of its SDK. */
@NullMarked
package dev.offramp.coordinator.cli.export;

import org.jspecify.annotations.NullMarked;
