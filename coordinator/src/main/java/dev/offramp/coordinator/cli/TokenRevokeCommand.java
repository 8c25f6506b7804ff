package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.RevokeTokenRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code token revoke ID}. */
@Command(
        name = "revoke",
        description = "Makes a token worthless before it is used; a member that has joined stays: see 'offramp cert'.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class TokenRevokeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "As 'offramp token ls' shows it.")
    private String id;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            var unused = client.enrol(stub ->
                    stub.revokeToken(RevokeTokenRequest.newBuilder().setId(id).build()));
        }
        return ExitCode.OK;
    }
}
