package dev.offramp.coordinator.rpc;

import dev.offramp.coordinator.control.pilot.ShadowRow;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.proto.Codec;
import dev.offramp.proto.WireException;
import dev.offramp.proto.v1.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Rows of shadow jobs from the wire. Stateless. */
final class ShadowCodec {
    private static final int MAX_EXITS = 256;

    private ShadowCodec() {}

    static List<ShadowRow> read(Telemetry report) throws WireException {
        List<ShadowRow> rows = new ArrayList<>(report.getShadowRowsCount());
        for (dev.offramp.proto.v1.ShadowRow row : report.getShadowRowsList()) {
            if (row.getExitsCount() < 1 || row.getExitsCount() > MAX_EXITS) {
                throw new WireException("row of a shadow job with %d exits: expected 1 to %d"
                        .formatted(row.getExitsCount(), MAX_EXITS));
            }
            rows.add(new ShadowRow(
                    chain(row),
                    row.getEpoch(),
                    Codec.readVerdicts(row.getExitsList()),
                    row.hasTruth() ? OptionalInt.of(row.getTruth()) : OptionalInt.empty()));
        }
        return rows;
    }

    private static ChainId chain(dev.offramp.proto.v1.ShadowRow row) throws WireException {
        try {
            return new ChainId(new ServiceId(row.getService()), row.getChain());
        } catch (IllegalArgumentException e) {
            throw new WireException("malformed row of a shadow job: " + e.getMessage());
        }
    }
}
