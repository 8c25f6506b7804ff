package dev.offramp.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.control.pilot.ShadowRow;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.Verdict;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ShadowBookTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId CHAIN = new ChainId(SERVICE, "a");
    private static final NodeId ONE = new NodeId("n1");
    private static final NodeId TWO = new NodeId("n2");

    private final ShadowBook book = new ShadowBook();

    private static ShadowRow row(long epoch, int label) {
        return new ShadowRow(CHAIN, epoch, List.of(new Verdict(label, 0.5f)), OptionalInt.empty());
    }

    @Test
    void keepsTheLatestRowsOfEveryIngress() {
        for (int i = 0; i < ShadowBook.ROWS + 2; i++) {
            book.heard(ONE, 1, List.of(row(1, i)));
        }
        book.heard(TWO, 1, List.of(row(1, 7)));

        assertThat(book.rows(SERVICE))
                .hasSize(ShadowBook.ROWS + 1)
                .startsWith(row(1, 2))
                .endsWith(row(1, 7));
    }

    @Test
    void rowsComeInTheOrderInWhichTheyWereHeard() {
        book.heard(TWO, 1, List.of(row(1, 1)));
        book.heard(ONE, 1, List.of(row(1, 2)));
        book.heard(TWO, 1, List.of(row(1, 3)));

        assertThat(book.rows(SERVICE)).containsExactly(row(1, 1), row(1, 2), row(1, 3));
    }

    @Test
    void anAgentThatAttachesAgainTellsItsRowsAgain() {
        book.heard(ONE, 1, List.of(row(1, 1)));
        book.heard(TWO, 1, List.of(row(1, 2)));
        book.attached(ONE);

        assertThat(book.rows(SERVICE)).containsExactly(row(1, 2));
    }

    @Test
    void jobsOfAnEarlierPlacementSayNothingAboutTheNetworkOfThisOne() {
        book.heard(ONE, 1, List.of(row(1, 1)));

        book.heard(ONE, 2, List.of(row(1, 2), row(2, 3)));

        assertThat(book.rows(SERVICE)).containsExactly(row(2, 3));
    }
}
