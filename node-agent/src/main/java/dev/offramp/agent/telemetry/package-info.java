/** What the agent tells about itself: metrics and reports. */
@NullMarked
package dev.offramp.agent.telemetry;

import org.jspecify.annotations.NullMarked;
