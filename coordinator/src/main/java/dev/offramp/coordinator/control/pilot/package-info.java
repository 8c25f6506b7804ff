/**
 * Keeps the policies of services in step with what happens: telemetry windows → estimates → change detection → scheduler →
 * new policy → was the prediction right. No I/O, time is an argument.
 */
@NullMarked
package dev.offramp.coordinator.control.pilot;

import org.jspecify.annotations.NullMarked;
