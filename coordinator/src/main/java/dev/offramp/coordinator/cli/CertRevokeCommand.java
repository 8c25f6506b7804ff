package dev.offramp.coordinator.cli;

import dev.offramp.proto.v1.RevokeCertificatesRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cert revoke ROLE/NAME}. */
@Command(
        name = "revoke",
        description = "Puts a member out: every certificate it has is worthless, at once where its peers are attached,"
                + " and nowhere longer than a connection stands.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CertRevokeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ROLE/NAME", description = "The member, e.g. agent/pi-3.")
    private String member;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException {
        try (CoordinatorClient client = coordinator.connect()) {
            int revoked = client.enrol(stub -> stub.revokeCertificates(RevokeCertificatesRequest.newBuilder()
                            .setMember(member)
                            .build()))
                    .getRevoked();
            spec.commandLine().getOut().printf("%s: %d certificates revoked%n", member, revoked);
            spec.commandLine().getOut().flush();
        }
        return ExitCode.OK;
    }
}
