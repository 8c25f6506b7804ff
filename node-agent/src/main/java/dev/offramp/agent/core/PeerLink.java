package dev.offramp.agent.core;

import dev.offramp.partition.NodeId;

/**
 * One accepted stream from a neighbour that sends jobs here.
 *
 * @param stream tells streams of one neighbour apart; never reused
 */
public record PeerLink(NodeId peer, long stream) {}
