package dev.offramp.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.agent.profile.TimingCostCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentCommandTest {
    @ParameterizedTest
    @CsvSource({
        "--data-port, 70000, 70000",
        "--http-port, -1, -1",
        "--servers, 0, servers (0) must be at least 1",
        "--capacity, 0, capacity (0)",
        "--capacity-bytes, 999999999999GiB, larger than anything",
        "--max-message, 5GiB, the largest message (5GiB) must be at most 1GiB",
        "--max-body, 5GiB, the largest frame (5GiB) must be at most 1GiB",
        "--max-frame-side, 0, frame side (0 pixels)",
        "--link-jobs, 0, jobs (0) of a link",
        "--share, 0=0, share of priority 0 (0 jobs)",
        "--share, 9=1, share of priority 9 (1 jobs)",
        "--share, 0=99, at most the capacity (8)",
        "--service-time, erlang:5ms, law 'erlang' of service times"
    })
    void saysWhatIsWrongWithAnOptionAndStartsNothing(String option, String value, String message) {
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(
                List.of("--node", "one", "--coordinator", "127.0.0.1:1", "--data-dir", "/nowhere", option, value));

        int status = AgentMain.commandLine(new AgentCommand())
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));

        assertThat(status).isEqualTo(AgentCommand.USAGE);
        assertThat(err.toString()).contains(message).doesNotContain("Exception");
    }

    @Test
    void aBoardIsEmulatedOrTimed() {
        StringWriter err = new StringWriter();

        int status = AgentMain.commandLine(new AgentCommand())
                .setErr(new PrintWriter(err))
                .execute(
                        "--node=one",
                        "--coordinator=127.0.0.1:1",
                        "--data-dir=/nowhere",
                        "--emulate=rpi4",
                        "--service-time=deterministic:5ms");

        assertThat(status).isEqualTo(AgentCommand.USAGE);
        assertThat(err.toString()).contains("rpi4 and service time deterministic:5ms");
    }

    @Test
    void whatTimingCostsIsSaid() {
        StringWriter out = new StringWriter();

        int status = AgentMain.commandLine(new TimingCostCommand())
                .setOut(new PrintWriter(out))
                .execute("--jobs=10");

        assertThat(status).isZero();
        assertThat(out.toString()).matches("\\d+ ns a job and hop: 4 parts, median of 21 rounds of 10 jobs .*\\n");
    }
}
