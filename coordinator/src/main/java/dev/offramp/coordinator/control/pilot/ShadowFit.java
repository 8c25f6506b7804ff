package dev.offramp.coordinator.control.pilot;

import dev.offramp.partition.job.Verdict;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.hipparchus.special.Gamma;

/**
 * Holds a published exit profile against the latest shadow jobs. Nobody knows which of them were right, but for each exit
 * they show how sure it was and whether it agreed with the final exit: shares of cells, {@value #BINS} by confidence times
 * two. As long as chance may have made the shares differ from the profile's (Pearson's χ², level {@value #LEVEL} over all
 * exits), the profile stays. Else its samples are weighed so that the shares become those of the shadow jobs (proportional
 * fitting, see {@link SampleWeights}), and drawn again: within a cell, the profile's samples stand for the frames that came.
 * Frames that came with their true class add the share of right answers of every exit. A row counts half as much as one that
 * is {@value #HALF_LIFE} rows younger. Confined.
 */
final class ShadowFit {
    private static final int BINS = 8;
    private static final double HALF_LIFE = 128;
    private static final double LEVEL = 1e-4;
    private static final double LEAST_JOBS = 30;
    /** Jobs that the profile counts, so that a cell in which none was seen does not vanish. */
    private static final double PROFILE_JOBS = 8;

    private static final double LEAST_EXPECTED = 1;
    private static final int ROUNDS = 30;

    private final ExitProfile published;
    private final List<Margin> margins = new ArrayList<>();

    /**
     * One thing that profile and shadow jobs can be held against each other by.
     *
     * @param cells by sample of the profile: 1 for the cell that it is in
     * @param expected shares by the profile
     * @param seen shares by the shadow jobs
     * @param jobs that these are worth
     */
    private record Margin(double[][] cells, double[] expected, double[] seen, double jobs) {
        /** How likely chance makes them differ by more. Cells of less than an expected job are taken together. */
        double probability(int samples) {
            double chiSquare = 0;
            double restExpected = 0;
            double restSeen = 0;
            int count = 0;
            for (int cell = 0; cell < seen.length; cell++) {
                if (jobs * expected[cell] < LEAST_EXPECTED) {
                    restExpected += expected[cell];
                    restSeen += seen[cell];
                } else {
                    chiSquare += term(seen[cell], expected[cell]);
                    count++;
                }
            }
            if (restExpected + restSeen > 0) {
                chiSquare += term(restSeen, Math.max(restExpected, LEAST_EXPECTED / jobs));
                count++;
            }
            // The profile is a sample as well.
            double scaled = chiSquare / (1 + jobs / samples);
            return count < 2 ? 1 : Gamma.regularizedGammaQ((count - 1) / 2.0, scaled / 2);
        }

        private double term(double share, double expectedShare) {
            return jobs * (share - expectedShare) * (share - expectedShare) / expectedShare;
        }

        double[] target() {
            double[] target = new double[seen.length];
            for (int cell = 0; cell < target.length; cell++) {
                target[cell] = (jobs * seen[cell] + PROFILE_JOBS * expected[cell]) / (jobs + PROFILE_JOBS);
            }
            return target;
        }
    }

    /** @param rows from the oldest on; those of networks with another number of exits are left out */
    ShadowFit(ExitProfile published, List<ShadowRow> rows) {
        this.published = published;
        List<ShadowRow> own = rows.stream()
                .filter(row -> row.exits().size() == published.exits())
                .toList();
        List<ShadowRow> told =
                own.stream().filter(row -> row.truth().isPresent()).toList();
        for (int exit = 1; exit <= published.exits(); exit++) {
            addVerdicts(exit, own);
            addTruth(exit, told);
        }
    }

    private void addVerdicts(int exit, List<ShadowRow> rows) {
        float[] edges = edges(exit);
        int last = published.exits();
        add(
                2 * BINS,
                sample -> cell(
                        edges,
                        published.confidence(exit, sample),
                        published.label(exit, sample) == published.label(last, sample)),
                rows,
                row -> {
                    Verdict here = row.exits().get(exit - 1);
                    return cell(
                            edges,
                            here.confidence(),
                            here.label() == row.exits().get(last - 1).label());
                });
    }

    private void addTruth(int exit, List<ShadowRow> rows) {
        add(
                2,
                sample -> published.isCorrect(exit, sample) ? 1 : 0,
                rows,
                row -> row.exits().get(exit - 1).label() == row.truth().orElseThrow() ? 1 : 0);
    }

    /** That part the profile's samples into as many of each confidence. */
    private float[] edges(int exit) {
        float[] sorted = new float[published.samples()];
        for (int sample = 0; sample < sorted.length; sample++) {
            sorted[sample] = published.confidence(exit, sample);
        }
        Arrays.sort(sorted);
        float[] edges = new float[BINS - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = sorted[(int) ((long) (i + 1) * sorted.length / BINS)];
        }
        return edges;
    }

    private static int cell(float[] edges, float confidence, boolean agrees) {
        int bin = 0;
        while (bin < edges.length && confidence >= edges[bin]) {
            bin++;
        }
        return 2 * bin + (agrees ? 1 : 0);
    }

    private void add(
            int count,
            java.util.function.IntUnaryOperator ofSample,
            List<ShadowRow> rows,
            ToIntFunction<ShadowRow> ofRow) {
        double[] seen = new double[count];
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < rows.size(); i++) {
            double weight = Math.pow(2, -(rows.size() - 1 - i) / HALF_LIFE);
            seen[ofRow.applyAsInt(rows.get(i))] += weight;
            sum += weight;
            squares += weight * weight;
        }
        double jobs = sum == 0 ? 0 : sum * sum / squares;
        if (jobs < LEAST_JOBS) {
            return;
        }
        for (int cell = 0; cell < count; cell++) {
            seen[cell] /= sum;
        }
        double[][] cells = new double[published.samples()][count];
        for (int sample = 0; sample < cells.length; sample++) {
            cells[sample][ofSample.applyAsInt(sample)] = 1;
        }
        margins.add(new Margin(cells, new SampleWeights(cells.length).shares(cells, count), seen, jobs));
    }

    /** Whether chance alone may have made the shadow jobs what they are; also where they are too few to say. */
    boolean fits() {
        return margins.stream().allMatch(margin -> margin.probability(published.samples()) > LEVEL / margins.size());
    }

    /** The published one if it fits. */
    ExitProfile profile() {
        if (fits()) {
            return published;
        }
        SampleWeights weights = new SampleWeights(published.samples());
        for (int round = 0; round < ROUNDS; round++) {
            margins.forEach(margin -> weights.step(margin.cells(), margin.target()));
        }
        return weights.redrawn(published);
    }
}
