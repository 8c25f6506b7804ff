package dev.offramp.coordinator.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.coordinator.control.ShadowBook.Row;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.NodeId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.profile.ExitProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShadowBookTest {
    private static final ServiceId SERVICE = new ServiceId("roadside");
    private static final ChainId A = new ChainId(SERVICE, "a");
    private static final ChainId B = new ChainId(SERVICE, "b");
    private static final NodeId ONE = new NodeId("n1");
    private static final NodeId TWO = new NodeId("n2");

    private final ShadowBook book = new ShadowBook();

    private static Row row(ChainId chain, int first, int last) {
        return new Row(chain, List.of(new Verdict(first, 0.5f), new Verdict(last, 0.75f)));
    }

    @Test
    void keepsTheLatestRowsOfEveryIngress() {
        for (int i = 0; i < ShadowBook.ROWS + 2; i++) {
            book.heard(ONE, row(A, i, i));
        }
        book.heard(TWO, row(B, 7, 7));

        List<Row> rows = book.snapshot().get(SERVICE);
        assertThat(rows).hasSize(ShadowBook.ROWS + 1).startsWith(row(A, 2, 2)).endsWith(row(B, 7, 7));
    }

    @Test
    void anAgentThatAttachesAgainTellsItsRowsAgain() {
        book.heard(ONE, row(A, 1, 1));
        book.heard(TWO, row(A, 2, 2));
        book.attached(ONE);

        assertThat(book.snapshot().get(SERVICE)).containsExactly(row(A, 2, 2));
    }

    @Test
    void aProfileTakesTheFinalExitForTheTruth() {
        book.heard(ONE, row(A, 1, 1));
        book.heard(ONE, row(A, 2, 3));
        book.heard(TWO, row(B, 4, 5));

        ExitProfile profile = book.profile(A).orElseThrow();
        assertThat(profile.samples()).isEqualTo(2);
        assertThat(profile.accuracy(1)).isEqualTo(0.5);
        assertThat(profile.accuracy(2)).isEqualTo(1);
        assertThat(profile.confidence(1, 0)).isEqualTo(0.5f);
        assertThat(book.profile(new ChainId(SERVICE, "c"))).isEmpty();
    }
}
