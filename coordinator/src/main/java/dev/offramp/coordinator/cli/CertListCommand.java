package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.Certificate;
import dev.offramp.proto.v1.ListCertificatesRequest;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cert ls}. */
@Command(name = "ls", description = "Lists certificates that have not expired.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CertListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private CoordinatorOptions coordinator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() throws CliException {
        PrintWriter out = spec.commandLine().getOut();
        try (CoordinatorClient client = coordinator.connect()) {
            List<Certificate> certificates = client.enrol(
                            stub -> stub.listCertificates(ListCertificatesRequest.getDefaultInstance()))
                    .getCertificatesList();
            if (output.isJson()) {
                ObjectNode document = Json.object();
                ArrayNode array = document.putArray("certificates");
                certificates.forEach(one -> array.addObject()
                        .put("member", one.getMember())
                        .put("state", state(one))
                        .put("notAfter", notAfter(one))
                        .put("serial", one.getSerial()));
                Json.print(out, document);
            } else {
                Table table = new Table("MEMBER", "STATE", "NOT AFTER", "SERIAL");
                certificates.forEach(one -> table.row(one.getMember(), state(one), notAfter(one), one.getSerial()));
                table.print(out);
            }
        }
        return ExitCode.OK;
    }

    private static String state(Certificate certificate) {
        return certificate.getRevoked() ? "revoked" : "valid";
    }

    private static String notAfter(Certificate certificate) {
        return Instant.ofEpochSecond(certificate.getNotAfterEpochSeconds()).toString();
    }
}
