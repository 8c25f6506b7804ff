package dev.offramp.coordinator.scheduling;

import dev.offramp.coordinator.simulation.ChainModel;
import dev.offramp.coordinator.simulation.Deployment;
import dev.offramp.coordinator.simulation.ExitBehaviour;
import dev.offramp.coordinator.simulation.ServiceModel;
import dev.offramp.coordinator.simulation.Workload;
import dev.offramp.partition.ChainId;
import dev.offramp.partition.ServiceId;
import dev.offramp.partition.policy.Orders;
import dev.offramp.partition.policy.Thresholds;
import dev.offramp.partition.profile.ExitMix;
import dev.offramp.partition.profile.ExitProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The most accurate way to treat the jobs within given loads: {@link CapacityProgram} over columns that are generated as
 * they are needed, by the thresholds that are best at the prices of the last solution (Dantzig and Wolfe, 1960,
 * 10.1287/opre.8.1.101). Columns are kept from one plan to the next. Confined.
 */
final class CapacityPlanner {
    private static final int MAX_ROUNDS = 12;
    private static final double GAIN = 1e-6;
    private static final double LEAST_SHARE = 1e-4;
    private static final double FULL = 1e-9;

    private final Deployment deployment;
    private final Resources resources;
    private final double[] rates;
    /** By resource. */
    private final double[] fines;

    private final List<Pricing> pricings = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private double[] prices;

    /** One chain, and how its jobs would be treated at given prices. */
    private record Pricing(int service, ChainModel chain, double[][] seconds, ExitBehaviour exits) {}

    private final IdentityHashMap<ExitProfile, ThresholdSearch> searches = new IdentityHashMap<>();

    /** Where searches for thresholds begin, besides all exits closed. */
    private final List<float[]> starts;

    CapacityPlanner(Deployment deployment, Workload workload) {
        this(deployment, workload, List.of());
    }

    /** @param starts where searches for thresholds begin, besides all exits closed */
    CapacityPlanner(Deployment deployment, Workload workload, List<float[]> starts) {
        this.starts = starts;
        this.deployment = deployment;
        this.resources = new Resources(deployment);
        this.prices = new double[resources.count()];
        int count = deployment.services().size();
        this.rates = new double[count];
        for (int i = 0; i < count; i++) {
            ServiceModel service = deployment.services().get(i);
            rates[i] = workload.of(service.id()).arrivalRate();
            for (ChainModel chain : service.chains()) {
                Pricing pricing = new Pricing(i, chain, resources.seconds(service, chain), service.exits());
                pricings.add(pricing);
            }
        }
        this.fines = fines();
        for (Pricing pricing : pricings) {
            addCheapest(pricing);
            addBest(pricing, 0, prices);
        }
    }

    /** Beyond its capacity a resource loses jobs: more than one right answer for each of those that take the least of it. */
    private double[] fines() {
        double[] most = new double[resources.count()];
        for (Pricing pricing : pricings) {
            for (double[] seconds : pricing.seconds()) {
                for (int r = 0; r < most.length; r++) {
                    double worth = seconds[r] > 0 ? 2 / seconds[r] : 0;
                    most[r] = Math.max(most[r], worth);
                }
            }
        }
        return most;
    }

    int resources() {
        return resources.count();
    }

    /** Whether more load would help, by the last plan. */
    boolean isFull(int resource) {
        return prices[resource] > FULL;
    }

    /**
     * Alternatives of every service.
     *
     * @param loads offered load allowed at each resource
     */
    Map<ServiceId, List<Orders.Alternative>> plan(double[] loads) {
        return alternatives(solve(loads));
    }

    private CapacityProgram.Solution solve(double[] loads) {
        CapacityProgram.Solution solution = CapacityProgram.solve(columns, rates, loads, fines);
        for (int round = 0; round < MAX_ROUNDS && addBetter(solution); round++) {
            solution = CapacityProgram.solve(columns, rates, loads, fines);
        }
        prices = solution.prices();
        return solution;
    }

    /** From now on a job may be turned away: it costs nothing, and nobody answers it. */
    void turnAway() {
        for (int service = 0; service < rates.length; service++) {
            ServiceModel model = deployment.services().get(service);
            columns.add(new Column(
                    service,
                    new ChainId(model.id(), "none"),
                    Thresholds.closed(model.exits().exits()),
                    0,
                    new double[resources.count()]));
        }
    }

    /**
     * What jobs get on average.
     *
     * @param answered share of the jobs that a chain takes
     * @param right share of the jobs that get a right answer
     * @param seconds that the jobs which are answered keep nodes and links busy
     */
    record Yield(double answered, double right, double seconds) {}

    /** Of the best plan within given loads. */
    Yield yieldOf(double[] loads) {
        CapacityProgram.Solution solution = solve(loads);
        double all = Arrays.stream(rates).sum();
        double answered = 0;
        double right = 0;
        double busy = 0;
        for (int c = 0; c < columns.size(); c++) {
            Column column = columns.get(c);
            double jobs = rates[column.service()] * solution.shares()[c] / all;
            double seconds = Arrays.stream(column.load()).sum();
            answered += seconds > 0 ? jobs : 0;
            right += jobs * column.accuracy();
            busy += jobs * seconds;
        }
        return new Yield(answered, right, answered > 0 ? busy / answered : 0);
    }

    private boolean addBetter(CapacityProgram.Solution solution) {
        boolean added = false;
        for (Pricing pricing : pricings) {
            added |= addBest(pricing, solution.rents()[pricing.service()], solution.prices());
        }
        return added;
    }

    /** Every job leaves at the first exit. */
    private void addCheapest(Pricing pricing) {
        add(column(pricing, Vectors.single(pricing.exits().exits(), 1)));
    }

    private boolean addBest(Pricing pricing, double rent, double[] prices) {
        if (!(pricing.exits() instanceof ExitBehaviour.Measured measured)) {
            return false;
        }
        double rate = rates[pricing.service()];
        double[] price = new double[measured.exits()];
        for (int exit = 0; exit < price.length; exit++) {
            for (int r = 0; r < prices.length; r++) {
                price[exit] += prices[r] * pricing.seconds()[exit][r];
            }
        }
        Thresholds thresholds = searches.computeIfAbsent(measured.profile(), ThresholdSearch::new)
                .best(price, starts);
        Column column = column(pricing, thresholds);
        double worth = rate * column.accuracy() - rent;
        for (int r = 0; r < prices.length; r++) {
            worth -= prices[r] * rate * column.load()[r];
        }
        return worth > GAIN * rate && add(column);
    }

    private boolean add(Column column) {
        if (columns.stream().anyMatch(column::isSameAs)) {
            return false;
        }
        columns.add(column);
        return true;
    }

    private static Column column(Pricing pricing, Thresholds thresholds) {
        double[] share = new double[thresholds.exits()];
        double accuracy = 0;
        switch (pricing.exits()) {
            case ExitBehaviour.Measured measured -> {
                ExitMix mix = measured.profile().replay(thresholds);
                for (int exit = 0; exit < share.length; exit++) {
                    share[exit] = mix.share(exit + 1);
                }
                accuracy = mix.accuracy().orElse(0);
            }
            case ExitBehaviour.Given given -> {
                for (int exit = 0; exit < share.length; exit++) {
                    share[exit] = given.share(exit + 1);
                    accuracy += share[exit] * given.accuracy(exit + 1);
                }
            }
        }
        double[] load = new double[pricing.seconds()[0].length];
        for (int exit = 0; exit < share.length; exit++) {
            for (int r = 0; r < load.length; r++) {
                load[r] += share[exit] * pricing.seconds()[exit][r];
            }
        }
        return new Column(pricing.service(), pricing.chain().id(), thresholds, accuracy, load);
    }

    private Map<ServiceId, List<Orders.Alternative>> alternatives(CapacityProgram.Solution solution) {
        Map<ServiceId, List<Orders.Alternative>> orders = new HashMap<>();
        for (int service = 0; service < rates.length; service++) {
            List<Orders.Alternative> alternatives = new ArrayList<>();
            double sum = 0;
            for (int c = 0; c < columns.size(); c++) {
                if (columns.get(c).service() == service && solution.shares()[c] > LEAST_SHARE) {
                    sum += solution.shares()[c];
                }
            }
            for (int c = 0; c < columns.size(); c++) {
                Column column = columns.get(c);
                if (column.service() == service && solution.shares()[c] > LEAST_SHARE) {
                    alternatives.add(
                            new Orders.Alternative(column.chain(), column.thresholds(), solution.shares()[c] / sum));
                }
            }
            orders.put(deployment.services().get(service).id(), alternatives);
        }
        return orders;
    }
}
