package dev.offramp.coordinator.control;

import dev.offramp.partition.policy.Policy;

/**
 * A service's policy as the operator wants it and as the nodes are told it. They differ while a chain leads through a
 * node that is down, and while a placement with other chains takes over.
 *
 * @param intent its version is the one under which the operator's wish was kept
 * @param effective its version is the newest of the service
 */
public record ServicePolicy(Policy intent, Policy effective) {}
