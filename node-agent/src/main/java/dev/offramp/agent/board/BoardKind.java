package dev.offramp.agent.board;

import java.util.Arrays;
import java.util.Optional;

/**
 * Boards that can be emulated on a larger machine.
 *
 * <p>The multiple is how many times longer one core of the board takes for a small fp32 convolution than one core of a
 * current x86-64 server. It is an estimate from the cores' published single-precision peak per cycle and clock
 * (Cortex-A7: 2 multiply-adds per two cycles; A53: 2 per cycle; A72: 4; A76: 8; against 16 to 32 with AVX2 or AVX-512),
 * halved for small tensors, where calls and memory count as much as arithmetic. Replace it by a measured one where the
 * board is at hand: {@code --emulate opizero:1.3} scales it.
 */
public enum BoardKind {
    RPI5("rpi5", "Raspberry Pi 5", 4, 8192),
    RPI4("rpi4", "Raspberry Pi 4 Model B", 8, 4096),
    RPI3A("rpi3a", "Raspberry Pi 3 Model A+", 20, 512),
    RPI_ZERO2("rpizero2", "Raspberry Pi Zero 2 W", 28, 512),
    OPI_ZERO("opizero", "Orange Pi Zero", 45, 512),
    OPI_ZERO2("opizero2", "Orange Pi Zero 2", 18, 1024);

    private final String key;
    private final String title;
    private final double multiple;
    private final long memoryMebibytes;

    BoardKind(String key, String title, double multiple, long memoryMebibytes) {
        this.key = key;
        this.title = title;
        this.multiple = multiple;
        this.memoryMebibytes = memoryMebibytes;
    }

    /** What people type. */
    public String key() {
        return key;
    }

    /** What people read. */
    public String title() {
        return title;
    }

    /** Service time on the board over service time here. */
    public double multiple() {
        return multiple;
    }

    public long memoryBytes() {
        return memoryMebibytes << 20;
    }

    public static Optional<BoardKind> of(String key) {
        String wanted = key.replace("-", "");
        return Arrays.stream(values()).filter(kind -> kind.key.equals(wanted)).findFirst();
    }

    /** All keys, for messages. */
    public static String keys() {
        return String.join(", ", Arrays.stream(values()).map(BoardKind::key).toList());
    }
}
