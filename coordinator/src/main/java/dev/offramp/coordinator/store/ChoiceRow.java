package dev.offramp.coordinator.store;

import dev.offramp.coordinator.control.pilot.SchedulerChoice;
import dev.offramp.partition.ServiceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One row of the table {@code choices}. Stateless. */
final class ChoiceRow {
    static final String SELECT = "SELECT service, scheduler, accuracy_weight, loss_bound, loss_weight,"
            + " latency_bound_seconds, latency_weight FROM choices";
    static final String INSERT = "INSERT OR REPLACE INTO choices VALUES (?, ?, ?, ?, ?, ?, ?)";

    private ChoiceRow() {}

    static SchedulerChoice read(ResultSet row) throws SQLException {
        double latencyBound = row.getDouble("latency_bound_seconds");
        boolean isUnbounded = row.wasNull();
        return new SchedulerChoice(
                row.getString("scheduler"),
                row.getDouble("accuracy_weight"),
                row.getDouble("loss_bound"),
                row.getDouble("loss_weight"),
                isUnbounded ? Double.POSITIVE_INFINITY : latencyBound,
                row.getDouble("latency_weight"));
    }

    /** SQLite knows no infinity: no bound is NULL. */
    static @Nullable Object[] values(ServiceId service, SchedulerChoice choice) {
        Double latencyBound = Double.isInfinite(choice.latencyBoundSeconds()) ? null : choice.latencyBoundSeconds();
        return new @Nullable Object[] {
            service.value(),
            choice.scheduler(),
            choice.accuracyWeight(),
            choice.lossBound(),
            choice.lossWeight(),
            latencyBound,
            choice.latencyWeight()
        };
    }
}
