package dev.offramp.coordinator.scheduling;

import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import java.util.List;

/**
 * The linear program over ways to treat jobs: with p_c the share of its service's jobs that column c gets,
 *
 * <p>max Σ_c λ_s A_c p_c − Σ_r π_r z_r, with Σ_{c of s} p_c = 1 for every service s, and Σ_c λ_s t_cr p_c ≤ u_r + z_r for
 * every resource r, p, z ≥ 0.
 *
 * <p>A_c is the column's accuracy, t_cr the seconds it takes of r, u_r the offered load allowed at r, π_r the fine for each
 * unit of load beyond. At most as many columns as there are services and full resources have a share. Confined.
 */
final class CapacityProgram {
    /**
     * @param shares by column
     * @param prices right answers for one more unit of load, by resource
     * @param rents right answers per second that a service is worth, by service
     */
    record Solution(double[] shares, double[] prices, double[] rents) {}

    private CapacityProgram() {}

    static Solution solve(List<Column> columns, double[] rates, double[] loads, double[] fines) {
        MPSolver solver = Solvers.linear();
        try {
            return solve(solver, columns, rates, loads, fines);
        } finally {
            solver.delete();
        }
    }

    private static Solution solve(
            MPSolver solver, List<Column> columns, double[] rates, double[] loads, double[] fines) {
        MPObjective objective = solver.objective();
        objective.setMaximization();
        MPConstraint[] services = new MPConstraint[rates.length];
        for (int i = 0; i < services.length; i++) {
            services[i] = solver.makeConstraint(1, 1);
        }
        MPConstraint[] resources = new MPConstraint[loads.length];
        for (int r = 0; r < resources.length; r++) {
            resources[r] = solver.makeConstraint(Double.NEGATIVE_INFINITY, loads[r]);
            MPVariable beyond = solver.makeNumVar(0, Double.POSITIVE_INFINITY, "");
            resources[r].setCoefficient(beyond, -1);
            objective.setCoefficient(beyond, -fines[r]);
        }
        MPVariable[] shares = new MPVariable[columns.size()];
        for (int c = 0; c < shares.length; c++) {
            Column column = columns.get(c);
            double rate = rates[column.service()];
            shares[c] = solver.makeNumVar(0, 1, "");
            services[column.service()].setCoefficient(shares[c], 1);
            objective.setCoefficient(shares[c], rate * column.accuracy());
            for (int r = 0; r < resources.length; r++) {
                if (column.load()[r] > 0) {
                    resources[r].setCoefficient(shares[c], rate * column.load()[r]);
                }
            }
        }
        MPSolver.ResultStatus status = solver.solve();
        if (status != MPSolver.ResultStatus.OPTIMAL) {
            throw new IllegalStateException(
                    "the capacity program is %s, though it always has an optimum".formatted(status));
        }
        double[] found = new double[shares.length];
        for (int c = 0; c < found.length; c++) {
            found[c] = Math.max(0, shares[c].solutionValue());
        }
        return new Solution(found, duals(resources), duals(services));
    }

    private static double[] duals(MPConstraint[] constraints) {
        double[] duals = new double[constraints.length];
        for (int i = 0; i < duals.length; i++) {
            duals[i] = constraints[i].dualValue();
        }
        return duals;
    }
}
