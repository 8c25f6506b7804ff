package dev.offramp.roadside;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/** Sky, skyline, verge and road behind the thing, in a frame of {@code size} × {@code size} pixels. */
final class Backdrop {
    private final Graphics2D g;
    private final RandomGenerator random;
    private final double size;

    Backdrop(Graphics2D g, RandomGenerator random, double size) {
        this.g = g;
        this.random = random;
        this.size = size;
    }

    /** Draws all of it; everything below {@code horizon} (a share of the height) is ground. */
    void draw(double horizon) {
        float sky = random.nextFloat(0.52f, 0.64f);
        Color top = Color.getHSBColor(sky, random.nextFloat(0.05f, 0.5f), random.nextFloat(0.65f, 0.95f));
        Color low = Color.getHSBColor(sky, random.nextFloat(0.02f, 0.2f), random.nextFloat(0.8f, 1f));
        g.setPaint(new GradientPaint(0, 0, top, 0, (float) (horizon * size), low));
        g.fill(new Rectangle2D.Double(0, 0, size, size));
        skyline(horizon);
        Color verge = random.nextBoolean()
                ? Color.getHSBColor(
                        random.nextFloat(0.2f, 0.35f), random.nextFloat(0.2f, 0.6f), random.nextFloat(0.3f, 0.6f))
                : Color.getHSBColor(
                        random.nextFloat(0.05f, 0.12f), random.nextFloat(0.05f, 0.3f), random.nextFloat(0.45f, 0.7f));
        g.setPaint(verge);
        g.fill(new Rectangle2D.Double(0, horizon * size, size, size));
        road(horizon);
    }

    private void skyline(double horizon) {
        if (random.nextDouble() < 0.6) {
            for (double x = random.nextDouble(-0.1, 0.1); x < 1; x += random.nextDouble(0.1, 0.3)) {
                double height = random.nextDouble(0.06, 0.32);
                double width = random.nextDouble(0.08, 0.25);
                float value = random.nextFloat(0.35f, 0.75f);
                g.setColor(Color.getHSBColor(random.nextFloat(0.02f, 0.13f), random.nextFloat(0f, 0.4f), value));
                g.fill(new Rectangle2D.Double(x * size, (horizon - height) * size, width * size, height * size));
                g.setColor(Color.getHSBColor(0.6f, 0.2f, value * random.nextFloat(0.5f, 0.8f)));
                for (double y = horizon - height + 0.03; y < horizon - 0.04; y += 0.06) {
                    for (double w = x + 0.02; w < x + width - 0.03; w += 0.05) {
                        g.fill(new Rectangle2D.Double(w * size, y * size, 0.022 * size, 0.03 * size));
                    }
                }
            }
        } else {
            for (int i = 0; i < 9; i++) {
                double radius = random.nextDouble(0.05, 0.14);
                double x = random.nextDouble();
                g.setColor(Color.getHSBColor(
                        random.nextFloat(0.22f, 0.36f), random.nextFloat(0.3f, 0.6f), random.nextFloat(0.2f, 0.45f)));
                g.fill(new Ellipse2D.Double(
                        (x - radius) * size, (horizon - radius * 1.6) * size, 2 * radius * size, 2.2 * radius * size));
            }
        }
    }

    private void road(double horizon) {
        float value = random.nextFloat(0.25f, 0.5f);
        double centre = random.nextDouble(0.3, 0.7);
        double near = random.nextDouble(0.45, 0.75);
        double far = random.nextDouble(0.05, 0.25);
        Path2D road = new Path2D.Double();
        road.moveTo((centre - far) * size, horizon * size);
        road.lineTo((centre + far) * size, horizon * size);
        road.lineTo((0.5 + near) * size, size);
        road.lineTo((0.5 - near) * size, size);
        road.closePath();
        g.setColor(new Color(value, value, value * 1.04f));
        g.fill(road);
        g.setColor(new Color(225, 225, 215));
        for (double t = random.nextDouble(0, 0.1); t < 1; t += 0.24) {
            double y = horizon + (1 - horizon) * t;
            double x = centre + (0.5 - centre) * t;
            g.fill(new Rectangle2D.Double(
                    (x - 0.012 * (0.4 + t)) * size,
                    y * size,
                    0.024 * (0.4 + t) * size,
                    0.1 * (1 - horizon) * (0.5 + t) * size));
        }
    }
}
