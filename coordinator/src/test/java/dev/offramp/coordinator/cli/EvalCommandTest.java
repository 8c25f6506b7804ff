package dev.offramp.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EvalCommandTest {
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Offramp.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--decisions=0", "--nodes=2", "--services=0", "--load-factor=0", "--load-factor=Infinity"})
    void aSchedulerIsNotAskedWhatCannotBe(String option) {
        int code = run("eval", "scheduler", "--profile", "none.csv", option);

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("Expected at least 3, 1, 1 and 1");
    }

    @Test
    void noScenarioIsSimulatedInfinitelyFast() {
        int code = run("simulate", "../docs/scenarios/near-far.yaml", "--rate=Infinity");

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("a positive, finite rate");
    }
}
