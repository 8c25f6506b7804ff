package dev.offramp.agent.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActivationPoolTest {
    private static final int BYTES = 8;
    private static final int MANY = 3 * ActivationPool.MAX_IDLE;

    private final ActivationPool pool = new ActivationPool(BYTES);
    private long marks;

    private List<ActivationPool.Loan> lend(int count) {
        return Stream.generate(pool::lend).limit(count).toList();
    }

    /** Writes another number into each; what is there afterwards tells whether two are the same memory. */
    private Set<Long> mark(List<ActivationPool.Loan> loans) {
        loans.forEach(loan -> loan.buffer().putLong(0, ++marks));
        Set<Long> found = new TreeSet<>();
        loans.forEach(loan -> found.add(loan.buffer().getLong(0)));
        return found;
    }

    @Test
    void nobodyHasWhatAnotherHas() {
        List<ActivationPool.Loan> first = lend(MANY);
        assertThat(mark(first)).hasSize(MANY);

        first.forEach(ActivationPool.Loan::handBack);

        assertThat(mark(lend(MANY))).hasSize(MANY);
    }

    @Test
    void lendsAgainWhatIsHandedBack() {
        ActivationPool.Loan loan = pool.lend();
        loan.buffer().putLong(0, 42);
        loan.handBack();

        assertThat(pool.lend().buffer().getLong(0)).isEqualTo(42);
    }

    @Test
    void handingBackTwiceLendsToOneOnly() {
        ActivationPool.Loan loan = pool.lend();
        loan.handBack();
        loan.handBack();

        assertThat(mark(lend(2))).hasSize(2);
    }

    @Test
    void keepsNoMoreThanItsBound() {
        List<ActivationPool.Loan> loans = lend(MANY);
        mark(loans);
        loans.forEach(ActivationPool.Loan::handBack);

        assertThat(lend(MANY).stream().filter(loan -> loan.buffer().getLong(0) != 0))
                .hasSize(ActivationPool.MAX_IDLE);
    }

    @Test
    void whatIsLentOutlivesThePool() {
        ActivationPool.Loan loan = pool.lend();
        loan.buffer().putLong(0, 42);
        pool.close();
        assertThat(loan.buffer().getLong(0)).isEqualTo(42);

        loan.handBack();

        assertThat(pool.lend().buffer().getLong(0)).isZero();
    }
}
