package dev.offramp.coordinator.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.cli.ExitCode;
import dev.offramp.coordinator.cli.Offramp;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExperimentCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter errors = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Offramp.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.setErr(new PrintWriter(errors));
        return command.execute(arguments);
    }

    private Path profile() throws IOException {
        StringBuilder csv = new StringBuilder("sample,truth");
        for (int exit = 1; exit <= 8; exit++) {
            csv.append(",label").append(exit).append(",confidence").append(exit);
        }
        csv.append('\n');
        for (int sample = 0; sample < 40; sample++) {
            csv.append(sample).append(",0");
            for (int exit = 1; exit <= 8; exit++) {
                csv.append(exit * 5 > sample ? ",0," : ",1,").append(exit * 5 > sample ? 0.9 : 0.4);
            }
            csv.append('\n');
        }
        return Files.writeString(directory.resolve("profile.csv"), csv);
    }

    @Test
    void writesARowForEverySchedulerAndPicturesThatCanBeRead() throws IOException {
        Path out = directory.resolve("out");
        int code = run(
                "experiment",
                "--profile=" + profile(),
                "--arrivals=500",
                "--replications=2",
                "--load-factor=0.5,1.5",
                "--scheduler=exit-last,reactive",
                "--out=" + out);

        assertThat(errors.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        List<String> lines = Files.readAllLines(out.resolve("results.csv"));
        assertThat(lines).hasSize(1 + 3 * 2 * 2 * 2 * (2 + 1));
        assertThat(lines.get(0)).isEqualTo(Row.HEADER);
        assertThat(lines.get(1)).startsWith("orange-pi,gateway,0,bursty,0.50,exit-last,");
        assertThat(out.resolve("leads.md")).doesNotExist();
        assertThat(ImageIO.read(out.resolve("orange-pi-poisson.png").toFile())).isNotNull();
        assertThat(ImageIO.read(out.resolve("orange-pi-bursty-deadline.png").toFile()))
                .isNotNull();
    }

    @Test
    void theLeadIsHeldAgainstTheLargestThatIsPossible() throws IOException {
        Path out = directory.resolve("out");
        int code = run(
                "experiment",
                "--profile=" + profile(),
                "--arrivals=2000",
                "--replications=2",
                "--load-factor=1.5",
                "--scheduler=exit-last,knapsack,adaee,ceen",
                "--out=" + out);

        assertThat(errors.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.OK);
        List<String> cases = Files.readAllLines(out.resolve("leads.md")).stream()
                .filter(line -> line.startsWith("| orange-pi"))
                .toList();
        assertThat(cases).hasSize(3 * 2 * 2).allSatisfy(line -> {
            String[] cells = line.replace(" %", "").split("\\|", -1);
            double lead = Double.parseDouble(cells[9].strip());
            double largest = Double.parseDouble(cells[11].strip());
            assertThat(lead).as(line).isLessThan(largest);
            assertThat(largest).as(line).isPositive();
            assertThat(Double.parseDouble(cells[14].strip())).as(line).isLessThan(0.5);
        });
    }

    @Test
    void aProfileOfAnotherNetworkIsRefused() throws IOException {
        Path other = Files.writeString(
                directory.resolve("other.csv"),
                "sample,truth,label1,confidence1,label2,confidence2\n0,0,0,0.9,0,0.9\n");
        int code = run("experiment", "--profile=" + other, "--out=" + directory);
        assertThat(code).isEqualTo(ExitCode.ERROR);
        assertThat(errors.toString()).contains("has 2 exits", "the 8 of the cifar10 network");
    }

    @Test
    void unknownSchedulersAreRefusedWithTheirNames() throws IOException {
        int code = run("experiment", "--profile=" + profile(), "--scheduler=best", "--out=" + directory);
        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(errors.toString()).contains("there is no scheduler 'best'", "ceen");
    }
}
