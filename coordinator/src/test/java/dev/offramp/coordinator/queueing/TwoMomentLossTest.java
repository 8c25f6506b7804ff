package dev.offramp.coordinator.queueing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TwoMomentLossTest {
    @Test
    void exponentialServiceIsExact() {
        for (double rho : new double[] {0.2, 0.9, 1.1, 3, 20}) {
            for (int capacity = 1; capacity <= 20; capacity++) {
                double exact = (1 - rho) * Math.pow(rho, capacity) / (1 - Math.pow(rho, capacity + 1));
                assertThat(TwoMomentLoss.lossRatio(rho, 1, capacity)).isCloseTo(exact, within(1e-9));
            }
        }
    }

    @Test
    void loadOfOneHasItsOwnBranchAndIsContinuous() {
        for (double scv : new double[] {0, 0.5, 1, 4}) {
            for (int capacity = 1; capacity <= 10; capacity++) {
                double at = TwoMomentLoss.lossRatio(1, scv, capacity);
                assertThat(at).isCloseTo((1 + scv) / (2 * (scv + capacity)), within(1e-12));
                assertThat(TwoMomentLoss.lossRatio(1 - 1e-6, scv, capacity)).isCloseTo(at, within(1e-5));
                assertThat(TwoMomentLoss.lossRatio(1 + 1e-6, scv, capacity)).isCloseTo(at, within(1e-5));
            }
        }
    }

    @Test
    void roomForOneJobLosesTheSameWhateverTheDistribution() {
        for (double scv : new double[] {0, 0.3, 1, 9}) {
            assertThat(TwoMomentLoss.lossRatio(0.7, scv, 1)).isCloseTo(0.7 / 1.7, within(1e-12));
            assertThat(TwoMomentLoss.lossRatio(2.5, scv, 1)).isCloseTo(2.5 / 3.5, within(1e-12));
        }
    }

    @Test
    void extremeLoadsNeitherOverflowNorLeaveTheRange() {
        assertThat(TwoMomentLoss.lossRatio(1e6, 0.5, 1000)).isCloseTo(1, within(1e-5));
        assertThat(TwoMomentLoss.lossRatio(4, 0, 10)).isEqualTo(0.75);
        assertThat(TwoMomentLoss.lossRatio(0, 1, 10)).isZero();
    }

    @Test
    void moreLoadLosesMoreAndMoreRoomLosesLess() {
        for (double scv : new double[] {0.2, 1, 3}) {
            for (double rho = 0.1; rho < 3; rho += 0.1) {
                for (int capacity = 2; capacity < 20; capacity++) {
                    double here = TwoMomentLoss.lossRatio(rho, scv, capacity);
                    assertThat(TwoMomentLoss.lossRatio(rho + 0.1, scv, capacity))
                            .isGreaterThanOrEqualTo(here);
                    assertThat(TwoMomentLoss.lossRatio(rho, scv, capacity + 1)).isLessThanOrEqualTo(here + 1e-12);
                }
            }
        }
    }

    @Test
    void impossibleArgumentsAreRefused() {
        assertThatThrownBy(() -> TwoMomentLoss.lossRatio(-1, 1, 1)).hasMessageContaining("offered load -1.0");
        assertThatThrownBy(() -> TwoMomentLoss.lossRatio(1, 1, 0)).hasMessageContaining("capacity 0");
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        assertThatThrownBy(() -> TwoMomentLoss.lossRatio(Double.POSITIVE_INFINITY, 1, 3))
                .hasMessageContaining("offered load Infinity");
        assertThatThrownBy(() -> TwoMomentLoss.lossRatio(0.5, Double.POSITIVE_INFINITY, 3))
                .hasMessageContaining("scv Infinity");
    }
}
