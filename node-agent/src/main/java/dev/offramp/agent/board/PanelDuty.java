package dev.offramp.agent.board;

import dev.offramp.time.Scheduler;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What lamp and fan do. The lamp is dark while the node drains, flickers while the board asks for attention, blinks while
 * no coordinator is attached, and is lit otherwise. The fan starts at one temperature and stops some degrees below it.
 * Confined to the scheduler's thread.
 */
public final class PanelDuty {
    private static final Duration PERIOD = Duration.ofMillis(250);
    /** The board's condition is looked at once a second. */
    private static final int STEPS_PER_LOOK = 4;

    private static final int BLINK_STEPS = 4;
    private static final double FAN_STOPS_BELOW_CELSIUS = 8;

    /** What the lamp says, the most urgent first. */
    enum Lamp {
        DARK,
        FLICKERS,
        BLINKS,
        LIT
    }

    private final Panel panel;
    private final Board board;
    private final BooleanSupplier attached;
    private final BooleanSupplier draining;
    private final double fanStartsAtCelsius;
    private boolean fanRuns;
    private boolean needsAttention;
    private int step;

    /**
     * @param attached whether commands of a coordinator come through
     * @param draining whether the node takes no frames any more
     */
    public PanelDuty(
            Panel panel, Board board, BooleanSupplier attached, BooleanSupplier draining, double fanStartsAtCelsius) {
        this.panel = panel;
        this.board = board;
        this.attached = attached;
        this.draining = draining;
        this.fanStartsAtCelsius = fanStartsAtCelsius;
    }

    /** Goes on until the scheduler stops. */
    public void start(Scheduler scheduler) {
        scheduler.schedule(PERIOD, new Runnable() {
            @Override
            public void run() {
                step();
                scheduler.schedule(PERIOD, this);
            }
        });
    }

    void step() {
        if (step % STEPS_PER_LOOK == 0) {
            look();
        }
        panel.lamp(
                switch (lamp()) {
                    case DARK -> false;
                    case FLICKERS -> step % 2 == 0;
                    case BLINKS -> step % (2 * BLINK_STEPS) < BLINK_STEPS;
                    case LIT -> true;
                });
        step++;
    }

    private void look() {
        BoardCondition condition = board.condition();
        needsAttention =
                !condition.now().isEmpty() || condition.storageReadOnly().orElse(false);
        double limit = fanRuns ? fanStartsAtCelsius - FAN_STOPS_BELOW_CELSIUS : fanStartsAtCelsius;
        // A board that does not say how hot it is may be hot.
        fanRuns = condition.temperatureCelsius().orElse(Double.POSITIVE_INFINITY) >= limit;
        panel.fan(fanRuns);
    }

    private Lamp lamp() {
        if (draining.getAsBoolean()) {
            return Lamp.DARK;
        }
        if (needsAttention) {
            return Lamp.FLICKERS;
        }
        return attached.getAsBoolean() ? Lamp.LIT : Lamp.BLINKS;
    }
}
