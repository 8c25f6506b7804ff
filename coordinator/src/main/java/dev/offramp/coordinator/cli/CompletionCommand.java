package dev.offramp.coordinator.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion bash}. */
@Command(
        name = "completion",
        description = "Prints a completion script for the shell, e.g. source <(offramp completion bash).",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init")
final class CompletionCommand implements Callable<Integer> {
    /** Shells; zsh reads bash's script after {@code bashcompinit}, which the script calls itself. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec;

    @Parameters(defaultValue = "bash", paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public Integer call() {
        if (shell == Shell.zsh) {
            spec.commandLine().getOut().println("autoload -U +X compinit && compinit");
        }
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash("offramp", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
