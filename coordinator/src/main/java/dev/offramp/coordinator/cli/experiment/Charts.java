package dev.offramp.coordinator.cli.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Rows as pictures: against the load factor, a line per scheduler. */
final class Charts {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 380;

    private Charts() {}

    /** A column per deployment; goodput of correct results, accuracy and loss ratio below each other. */
    static void write(Path png, List<Row> rows) throws IOException {
        Set<String> deployments =
                new LinkedHashSet<>(rows.stream().map(Row::deployment).toList());
        List<XYChart> charts = new ArrayList<>();
        for (String deployment : deployments) {
            charts.add(chart(rows, deployment, "goodput of correct results", Row::goodput));
        }
        for (String deployment : deployments) {
            charts.add(chart(rows, deployment, "accuracy", Row::accuracy));
        }
        for (String deployment : deployments) {
            charts.add(chart(rows, deployment, "loss ratio", Row::lossRatio));
        }
        BitmapEncoder.saveBitmap(charts, 3, deployments.size(), png.toString(), BitmapFormat.PNG);
    }

    private static XYChart chart(List<Row> rows, String deployment, String figure, Function<Row, Estimate> value) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(deployment + ": " + figure)
                .xAxisTitle("load factor")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE).setMarkerSize(4);
        chart.getStyler().setAntiAlias(true);
        List<Row> own =
                rows.stream().filter(row -> row.deployment().equals(deployment)).toList();
        for (String scheduler :
                new LinkedHashSet<>(own.stream().map(Row::scheduler).toList())) {
            List<Row> line = own.stream()
                    .filter(row -> row.scheduler().equals(scheduler))
                    .toList();
            chart.addSeries(
                    scheduler,
                    line.stream().mapToDouble(Row::loadFactor).toArray(),
                    line.stream().mapToDouble(row -> value.apply(row).mean()).toArray());
        }
        return chart;
    }
}
