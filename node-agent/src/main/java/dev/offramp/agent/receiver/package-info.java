/** Where outcomes go: brokers and webhooks. Each has a bounded queue, so a slow one costs nobody else anything. */
@NullMarked
package dev.offramp.agent.receiver;

import org.jspecify.annotations.NullMarked;
