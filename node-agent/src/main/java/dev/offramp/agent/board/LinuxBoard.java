package dev.offramp.agent.board;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux says of the machine in {@code /proc} and {@code /sys}; {@code /proc/device-tree} has the name of any
 * single-board computer. Raspberry Pi firmware reports power and heat in eight bits, four for now and four since boot;
 * elsewhere a voltage alarm and the kernel's cooling devices say part of that, and only about now. Thread-safe.
 */
final class LinuxBoard implements Board {
    private static final Pattern MEMORY_TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern MEMORY_AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
    /** {@code /dev/mmcblk0p2 / ext4 rw,noatime 0 0}; a space in a path is written {@code \040}. */
    private static final Pattern MOUNT = Pattern.compile("\\S+ (\\S+) \\S+ (\\S+) .*");

    private static final Pattern PROCESSOR_ZONE = Pattern.compile("(?i).*(cpu|soc|package).*");
    private static final double MILLIDEGREES = 1000;
    private static final int HEXADECIMAL = 16;
    private static final int SINCE_BOOT_SHIFT = 16;

    private final SystemFiles files;
    private final Path dataDir;
    private final BoardModel model;
    private final Set<PowerProblem> seen = EnumSet.noneOf(PowerProblem.class);

    LinuxBoard(Path root, Path dataDir) {
        this.files = new SystemFiles(root);
        this.dataDir = dataDir.toAbsolutePath().normalize();
        this.model = new BoardModel(title(), false, memory(MEMORY_TOTAL).orElseGet(() -> Runtime.getRuntime()
                .maxMemory()));
    }

    @Override
    public BoardModel model() {
        return model;
    }

    private String title() {
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return files.text("proc/device-tree/model")
                .map(text -> text.replace("\0", "").strip())
                .filter(text -> !text.isEmpty())
                .orElse("host (" + architecture + ")");
    }

    @Override
    public BoardCondition condition() {
        OptionalLong bits = firmwareBits();
        Set<PowerProblem> now = bits.isPresent() ? PowerProblem.ofFirmware(bits.getAsLong()) : kernelProblems();
        return new BoardCondition(
                temperature(), now, sinceBoot(bits, now), memory(MEMORY_AVAILABLE), storageReadOnly());
    }

    private synchronized Set<PowerProblem> sinceBoot(OptionalLong bits, Set<PowerProblem> now) {
        seen.addAll(now);
        bits.ifPresent(both -> seen.addAll(PowerProblem.ofFirmware(both >> SINCE_BOOT_SHIFT)));
        return EnumSet.copyOf(seen);
    }

    /** Of a Raspberry Pi's firmware, e.g. {@code 50005}. The device's name has an address before the colon on some models. */
    private OptionalLong firmwareBits() {
        return files.directories("sys/devices/platform", "soc.*").stream()
                .map(soc -> SystemFiles.text(soc, soc.getFileName() + ":firmware/get_throttled"))
                .flatMap(Optional::stream)
                .map(text -> SystemFiles.number(text.strip().replaceFirst("^0x", ""), HEXADECIMAL))
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private Set<PowerProblem> kernelProblems() {
        Set<PowerProblem> problems = EnumSet.noneOf(PowerProblem.class);
        for (Path monitor : files.directories("sys/class/hwmon", "hwmon\\d+")) {
            if (is(monitor, "name", "rpi_volt") && isPositive(monitor, "in0_lcrit_alarm")) {
                problems.add(PowerProblem.UNDER_VOLTAGE);
            }
        }
        for (Path device : files.directories("sys/class/thermal", "cooling_device\\d+")) {
            boolean slowsTheProcessor = SystemFiles.text(device, "type")
                    .filter(type -> type.contains("cpufreq"))
                    .isPresent();
            if (slowsTheProcessor && isPositive(device, "cur_state")) {
                problems.add(PowerProblem.FREQUENCY_CAPPED);
            }
        }
        return problems;
    }

    private static boolean is(Path directory, String file, String expected) {
        return SystemFiles.text(directory, file)
                .filter(text -> text.strip().equals(expected))
                .isPresent();
    }

    private static boolean isPositive(Path directory, String file) {
        return SystemFiles.text(directory, file)
                .map(text -> SystemFiles.number(text, 10).orElse(0) > 0)
                .orElse(false);
    }

    /** The hottest of the processor's sensors; where none is called so, the hottest of all. */
    private OptionalDouble temperature() {
        List<Path> zones = files.directories("sys/class/thermal", "thermal_zone\\d+");
        List<Path> processor = zones.stream()
                .filter(zone -> SystemFiles.text(zone, "type")
                        .map(type -> PROCESSOR_ZONE.matcher(type.strip()).matches())
                        .orElse(false))
                .toList();
        return (processor.isEmpty() ? zones : processor)
                .stream()
                        .map(zone -> SystemFiles.text(zone, "temp"))
                        .flatMap(Optional::stream)
                        .map(text -> SystemFiles.number(text, 10))
                        .flatMapToLong(OptionalLong::stream)
                        .mapToDouble(millidegrees -> millidegrees / MILLIDEGREES)
                        .max();
    }

    private OptionalLong memory(Pattern line) {
        return files.text("proc/meminfo")
                .map(line::matcher)
                .filter(Matcher::find)
                .map(matcher -> OptionalLong.of(Long.parseLong(matcher.group(1)) << 10))
                .orElse(OptionalLong.empty());
    }

    /** Whether the file system that holds the agent's files is mounted read-only: Linux does that when a card fails. */
    Optional<Boolean> storageReadOnly() {
        Optional<String> options = Optional.empty();
        int longest = 0;
        for (String line : files.text("proc/self/mounts").orElse("").lines().toList()) {
            Matcher mount = MOUNT.matcher(line);
            if (mount.matches()) {
                Path point = Path.of(mount.group(1).replace("\\040", " "));
                // Of two mounts at one place the later one is seen.
                if (dataDir.startsWith(point) && point.getNameCount() >= longest) {
                    longest = point.getNameCount();
                    options = Optional.of(mount.group(2));
                }
            }
        }
        return options.map(list -> ("," + list + ",").contains(",ro,"));
    }
}
