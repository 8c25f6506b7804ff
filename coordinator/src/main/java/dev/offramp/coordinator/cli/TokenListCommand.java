package dev.offramp.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.offramp.proto.v1.ListTokensRequest;
import dev.offramp.proto.v1.Token;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code token ls}. */
@Command(name = "ls", description = "Lists tokens, without their secrets.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class TokenListCommand implements Callable<Integer> {
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
            List<Token> tokens = client.enrol(stub -> stub.listTokens(ListTokensRequest.getDefaultInstance()))
                    .getTokensList();
            if (output.isJson()) {
                ObjectNode document = Json.object();
                ArrayNode array = document.putArray("tokens");
                tokens.forEach(token -> array.addObject()
                        .put("id", token.getId())
                        .put("member", token.getMember())
                        .put("state", token.getState())
                        .put("expires", expires(token)));
                Json.print(out, document);
            } else {
                Table table = new Table("TOKEN", "MEMBER", "STATE", "EXPIRES");
                tokens.forEach(token -> table.row(token.getId(), token.getMember(), token.getState(), expires(token)));
                table.print(out);
            }
        }
        return ExitCode.OK;
    }

    private static String expires(Token token) {
        return Instant.ofEpochSecond(token.getExpiresEpochSeconds()).toString();
    }
}
