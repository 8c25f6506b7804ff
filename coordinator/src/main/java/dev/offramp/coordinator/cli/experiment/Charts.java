package dev.offramp.coordinator.cli.experiment;

import dev.offramp.coordinator.simulation.Replications.Estimate;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Rows as pictures: against the load factor, a line per scheduler. */
final class Charts {
    private static final int WIDTH = 440;
    private static final int HEIGHT = 320;
    private static final int FIGURES = 3;
    /** One per scheduler, our own black; then what none can beat. */
    private static final Color[] COLOURS = Stream.of(
                    "#c0c0c0", "#8c564b", "#bcbd22", "#9467bd", "#2ca02c", "#1f77b4", "#aec7e8", "#17becf", "#d62728",
                    "#ff9896", "#ff7f0e", "#7f7f7f", "#000000", "#e377c2")
            .map(Color::decode)
            .toArray(Color[]::new);

    private Charts() {}

    /** A column per deployment; goodput of correct results, accuracy and loss ratio below each other. */
    static void write(Path png, List<Row> rows) throws IOException {
        Set<String> deployments = new LinkedHashSet<>(
                rows.stream().map(row -> row.setting().deployment()).toList());
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
        int columns = deployments.size();
        for (int i = 0; i < charts.size(); i++) {
            charts.get(i).getStyler().setLegendVisible(i == columns - 1);
        }
        BufferedImage grid = new BufferedImage(columns * WIDTH, FIGURES * HEIGHT, BufferedImage.TYPE_BYTE_INDEXED);
        for (int i = 0; i < charts.size(); i++) {
            BufferedImage one = BitmapEncoder.getBufferedImage(charts.get(i));
            grid.getGraphics().drawImage(one, i % columns * WIDTH, i / columns * HEIGHT, null);
        }
        ImageIO.write(grid, "png", png.toFile());
    }

    private static XYChart chart(List<Row> rows, String deployment, String figure, Function<Row, Estimate> value) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(deployment + ": " + figure)
                .xAxisTitle("load factor")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE).setMarkerSize(4);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setSeriesColors(COLOURS);
        List<Row> own = rows.stream()
                .filter(row -> row.setting().deployment().equals(deployment))
                .toList();
        for (String scheduler :
                new LinkedHashSet<>(own.stream().map(Row::scheduler).toList())) {
            List<Row> line = own.stream()
                    .filter(row -> row.scheduler().equals(scheduler))
                    .toList();
            chart.addSeries(
                    scheduler,
                    line.stream().mapToDouble(row -> row.setting().loadFactor()).toArray(),
                    line.stream().mapToDouble(row -> value.apply(row).mean()).toArray());
        }
        return chart;
    }
}
