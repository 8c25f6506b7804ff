/** Connections to MQTT brokers. Nothing here is loaded before a camera or a receiver needs it. */
@NullMarked
package dev.offramp.agent.mqtt;

import org.jspecify.annotations.NullMarked;
