package dev.offramp.agent.board;

import java.util.EnumSet;
import java.util.Set;

/** What makes a board slower than it could be. */
public enum PowerProblem {
    UNDER_VOLTAGE("under_voltage", 0),
    FREQUENCY_CAPPED("frequency_capped", 1),
    THROTTLED("throttled", 2),
    TEMPERATURE_LIMIT("temperature_limit", 3);

    private final String label;
    private final int firmwareBit;

    PowerProblem(String label, int firmwareBit) {
        this.label = label;
        this.firmwareBit = firmwareBit;
    }

    /** In metrics. */
    public String label() {
        return label;
    }

    /** Those whose bit Raspberry Pi firmware has set. */
    static Set<PowerProblem> ofFirmware(long bits) {
        Set<PowerProblem> problems = EnumSet.noneOf(PowerProblem.class);
        for (PowerProblem problem : values()) {
            if ((bits >> problem.firmwareBit & 1) != 0) {
                problems.add(problem);
            }
        }
        return problems;
    }
}
