package dev.offramp.coordinator.config;

import dev.offramp.partition.HostPort;
import java.nio.file.Path;

/**
 * What a coordinator's process is told at its start. Immutable.
 *
 * @param dataDir holds {@code state.db} and the partition files
 * @param listen where agents and operators reach it; port 0 takes a free one
 */
public record CoordinatorConfig(Path dataDir, HostPort listen) {}
