package dev.offramp.agent.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boards as directory trees. */
class LinuxBoardTest {
    private static final Path DATA = Path.of("/var/lib/offramp/agent");
    private static final String FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled";
    private static final String FIRMWARE_PI5 =
            "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled";

    @TempDir
    private Path root;

    @BeforeEach
    void everyLinuxHasThese() throws IOException {
        write(
                "proc/meminfo",
                "MemTotal:         433320 kB\nMemFree:           12000 kB\nMemAvailable:     210000 kB\n");
        write("proc/self/mounts", "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\nproc /proc proc rw 0 0\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void zone(int number, String type, int millidegrees) throws IOException {
        write("sys/class/thermal/thermal_zone%d/type".formatted(number), type + "\n");
        write("sys/class/thermal/thermal_zone%d/temp".formatted(number), millidegrees + "\n");
    }

    private Board board() {
        return Board.detect(root, DATA, Optional.empty());
    }

    @Test
    void aRaspberryPiTellsItsNameAndItsFirmwaresBits() throws IOException {
        write("proc/device-tree/model", "Raspberry Pi 3 Model A Plus Rev 1.0\0");
        write(FIRMWARE, "50005\n");
        zone(0, "cpu-thermal", 61_224);

        assertThat(board().model())
                .isEqualTo(new BoardModel("Raspberry Pi 3 Model A Plus Rev 1.0", false, 433_320L << 10));
        BoardCondition condition = board().condition();
        assertThat(condition.temperatureCelsius()).isEqualTo(OptionalDouble.of(61.224));
        assertThat(condition.now()).containsExactly(PowerProblem.UNDER_VOLTAGE, PowerProblem.THROTTLED);
        assertThat(condition.sinceBoot()).containsExactly(PowerProblem.UNDER_VOLTAGE, PowerProblem.THROTTLED);
        assertThat(condition.availableMemoryBytes()).isEqualTo(OptionalLong.of(210_000L << 10));
        assertThat(condition.storageReadOnly()).contains(false);
    }

    @Test
    void everyBitOfTheFirmwareHasItsMeaning() throws IOException {
        List<PowerProblem> byBit = List.of(
                PowerProblem.UNDER_VOLTAGE,
                PowerProblem.FREQUENCY_CAPPED,
                PowerProblem.THROTTLED,
                PowerProblem.TEMPERATURE_LIMIT);
        for (int bit = 0; bit < byBit.size(); bit++) {
            write(FIRMWARE_PI5, Integer.toHexString(1 << bit));
            assertThat(board().condition().now()).containsExactly(byBit.get(bit));

            write(FIRMWARE_PI5, "0x" + Integer.toHexString(1 << (bit + 16)));
            assertThat(board().condition().now()).isEmpty();
            assertThat(board().condition().sinceBoot()).containsExactly(byBit.get(bit));
        }
    }

    @Test
    void anOrangePiTellsItsNameInTheDeviceTreeAndItsHeatByItsCoolingDevices() throws IOException {
        write("proc/device-tree/model", "OrangePi Zero2\0");
        zone(0, "gpu-thermal", 90_000);
        zone(1, "cpu-thermal", 71_000);
        write("sys/class/thermal/cooling_device0/type", "cpufreq-cpu0\n");
        write("sys/class/thermal/cooling_device0/cur_state", "2\n");
        Board board = board();

        assertThat(board.model().title()).isEqualTo("OrangePi Zero2");
        assertThat(board.condition().temperatureCelsius()).isEqualTo(OptionalDouble.of(71));
        assertThat(board.condition().now()).containsExactly(PowerProblem.FREQUENCY_CAPPED);

        write("sys/class/thermal/cooling_device0/cur_state", "0\n");
        assertThat(board.condition().now()).isEmpty();
        assertThat(board.condition().sinceBoot())
                .as("nobody else keeps a record of it")
                .isEqualTo(EnumSet.of(PowerProblem.FREQUENCY_CAPPED));
    }

    @Test
    void aMainlineKernelTellsOfLowVoltageByItsMonitor() throws IOException {
        write("sys/class/hwmon/hwmon1/name", "rpi_volt\n");
        write("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");

        assertThat(board().condition().now()).containsExactly(PowerProblem.UNDER_VOLTAGE);
    }

    @Test
    void storageIsThatOfTheInnermostMountAroundTheData() throws IOException {
        write("proc/self/mounts", """
                overlay / overlay ro,relatime 0 0
                /dev/mmcblk0p2 /var/lib/offramp ext4 rw,noatime 0 0
                """);
        assertThat(board().condition().storageReadOnly()).contains(false);

        write("proc/self/mounts", """
                /dev/mmcblk0p2 / ext4 rw,noatime 0 0
                /dev/mmcblk0p3 /var/lib/offramp ext4 ro,noatime,errors=remount-ro 0 0
                """);
        assertThat(board().condition().storageReadOnly()).contains(true);
    }

    @Test
    void whatIsNotThereOrIsNonsenseIsNotKnown() throws IOException {
        write("proc/meminfo", "nothing\n");
        write("proc/self/mounts", "\n");
        write(FIRMWARE, "not a number\n");
        zone(0, "cpu-thermal", 0);
        write("sys/class/thermal/thermal_zone0/temp", "hot\n");

        assertThat(board().model().title()).startsWith("host (");
        assertThat(board().condition())
                .isEqualTo(new BoardCondition(
                        OptionalDouble.empty(),
                        EnumSet.noneOf(PowerProblem.class),
                        EnumSet.noneOf(PowerProblem.class),
                        OptionalLong.empty(),
                        Optional.empty()));
    }

    @Test
    void anEmulatedBoardHasNotTheHeatOfTheMachineThatPretends() throws IOException {
        zone(0, "x86_pkg_temp", 88_000);
        Board board = Board.detect(root, DATA, Optional.of(Emulation.parse("rpi5")));

        assertThat(board.model()).isEqualTo(new BoardModel("Raspberry Pi 5 (emulated)", true, 8L << 30));
        assertThat(board.condition().temperatureCelsius()).isEmpty();
        assertThat(board.condition().availableMemoryBytes()).isEmpty();
        assertThat(board.condition().storageReadOnly()).contains(false);
    }

    @Test
    void aTimedBoardSaysSo() {
        Board board = Board.timed(root, DATA, TimedService.parse("exponential:5ms"));

        assertThat(board.model().title()).endsWith("service times exponential:5ms");
        assertThat(board.model().emulated()).isTrue();
    }
}
