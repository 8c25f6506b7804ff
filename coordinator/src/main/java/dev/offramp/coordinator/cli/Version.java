package dev.offramp.coordinator.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. Made by picocli. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"offramp " + (version == null ? "development" : version)};
    }
}
