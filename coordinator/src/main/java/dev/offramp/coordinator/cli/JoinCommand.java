package dev.offramp.coordinator.cli;

import dev.offramp.proto.access.Enroller;
import dev.offramp.proto.access.EnrolmentException;
import dev.offramp.proto.identity.Credentials;
import dev.offramp.proto.identity.JoinToken;
import dev.offramp.proto.identity.KeyPairs;
import dev.offramp.proto.identity.Standing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code join TOKEN}. */
@Command(
        name = "join",
        description = {
            "Makes you, or a camera's host, a member of a cluster with certificates: makes a key, which stays here, and"
                    + " gets a certificate for it.",
            "Later commands find both, and the coordinator, in the identity directory. Boards join with 'offramp agent"
                    + " --token'."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class JoinCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TOKEN",
            description = "As 'offramp token create' printed it; - reads it from standard input.")
    private String token;

    @Mixin
    private CoordinatorOptions coordinator;

    @Override
    public Integer call() throws CliException {
        OperatorIdentity identity = coordinator.identityDirectory();
        try {
            Credentials joined = Enroller.join(
                    coordinator.address(),
                    JoinToken.parse(token.equals("-") ? readToken() : token),
                    KeyPairs.forConnections(),
                    new Standing(InstantSource.system()),
                    coordinator.timeout());
            identity.keep(joined, coordinator.address());
            spec.commandLine()
                    .getOut()
                    .printf("you are %s until %s, by %s%n", joined.identity(), joined.notAfter(), identity.directory());
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        } catch (EnrolmentException e) {
            int exitCode = e.kind() == EnrolmentException.Kind.UNAVAILABLE ? ExitCode.UNAVAILABLE : ExitCode.ERROR;
            throw new CliException(exitCode, "not joined: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        } catch (IOException | CertificateException e) {
            throw new CliException(ExitCode.ERROR, "joining failed: " + e.getMessage(), e);
        }
    }

    private static String readToken() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return line == null ? "" : line;
    }
}
