package dev.offramp.roadside;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.random.RandomGenerator;

/**
 * Draws each kind of thing into the unit box, x and y from 0 (left, top) to 1 (right, ground). Colours and proportions
 * come from the random generator, structure from the kind, so that colour alone tells little.
 */
final class Things {
    private static final Color GLASS = new Color(60, 80, 100);
    private static final Color TYRE = new Color(25, 25, 28);
    private static final Color RIM = new Color(150, 150, 155);

    private final Graphics2D g;
    private final RandomGenerator random;

    Things(Graphics2D g, RandomGenerator random) {
        this.g = g;
        this.random = random;
    }

    void draw(SceneClass scene) {
        switch (scene) {
            case BICYCLE -> bicycle();
            case BUS -> bus();
            case CAR -> car();
            case DOG -> dog();
            case EMPTY_ROAD -> {}
            case MOTORCYCLE -> motorcycle();
            case PEDESTRIAN -> pedestrian();
            case TRAFFIC_LIGHT -> trafficLight();
            case TRAFFIC_SIGN -> trafficSign();
            case TRUCK -> truck();
        }
    }

    private void car() {
        Color paint = paint();
        double roof = vary(0.42, 0.05);
        Path2D cabin = path(0.18, 0.62, 0.3, roof, 0.66, roof, 0.84, 0.62);
        fill(paint.darker(), cabin);
        fill(GLASS, path(0.23, 0.61, 0.32, roof + 0.04, 0.47, roof + 0.04, 0.47, 0.61));
        fill(GLASS, path(0.5, 0.61, 0.5, roof + 0.04, 0.65, roof + 0.04, 0.78, 0.61));
        fill(paint, new RoundRectangle2D.Double(0.02, 0.59, 0.96, 0.26, 0.12, 0.14));
        fill(new Color(250, 240, 180), new Ellipse2D.Double(0.92, 0.64, 0.06, 0.07));
        fill(new Color(180, 20, 20), new Rectangle2D.Double(0.02, 0.64, 0.04, 0.06));
        wheel(0.23, 0.86, 0.11);
        wheel(0.77, 0.86, 0.11);
    }

    private void bus() {
        Color paint = paint();
        fill(paint, new RoundRectangle2D.Double(0, 0.22, 1, 0.66, 0.06, 0.08));
        int windows = 5 + random.nextInt(3);
        double width = 0.94 / windows;
        for (int i = 0; i < windows; i++) {
            fill(GLASS, new Rectangle2D.Double(0.03 + i * width, 0.3, width * 0.84, 0.24));
        }
        fill(paint.brighter(), new Rectangle2D.Double(0, 0.6, 1, 0.05));
        fill(GLASS.darker(), new Rectangle2D.Double(0.44, 0.34, 0.1, 0.5));
        wheel(0.2, 0.88, 0.09);
        wheel(0.8, 0.88, 0.09);
    }

    private void truck() {
        Color box = paint();
        Color cab = paint();
        double split = vary(0.7, 0.04);
        fill(box, new Rectangle2D.Double(0, 0.2, split - 0.03, 0.58));
        g.setStroke(new BasicStroke(0.01f));
        g.setColor(box.darker());
        for (double x = 0.1; x < split - 0.06; x += 0.12) {
            g.draw(new Line2D.Double(x, 0.22, x, 0.76));
        }
        fill(TYRE, new Rectangle2D.Double(0, 0.77, 0.98, 0.05));
        fill(cab, path(split, 0.8, split, 0.36, 0.88, 0.36, 0.97, 0.58, 0.99, 0.8));
        fill(GLASS, path(split + 0.08, 0.56, split + 0.08, 0.41, 0.87, 0.41, 0.93, 0.56));
        wheel(0.13, 0.87, 0.09);
        wheel(0.32, 0.87, 0.09);
        wheel(0.84, 0.87, 0.09);
    }

    private void bicycle() {
        Color paint = paint();
        ring(0.22, 0.72, 0.2, 0.025f);
        ring(0.78, 0.72, 0.2, 0.025f);
        line(paint, 0.03f, 0.22, 0.72, 0.42, 0.44, 0.68, 0.44, 0.47, 0.72, 0.22, 0.72);
        line(paint, 0.03f, 0.47, 0.72, 0.4, 0.38);
        line(paint, 0.03f, 0.66, 0.36, 0.78, 0.72);
        line(TYRE, 0.035f, 0.34, 0.37, 0.46, 0.37);
        line(TYRE, 0.03f, 0.6, 0.33, 0.72, 0.35);
        if (random.nextDouble() < 0.5) {
            rider(0.42, 0.37, 0.66, 0.36, 0.05);
        }
    }

    private void motorcycle() {
        Color paint = paint();
        wheel(0.2, 0.76, 0.17);
        wheel(0.8, 0.76, 0.17);
        fill(new Color(70, 70, 75), new RoundRectangle2D.Double(0.36, 0.58, 0.26, 0.2, 0.05, 0.05));
        fill(paint, new Ellipse2D.Double(0.42, 0.42, 0.28, 0.18));
        fill(TYRE, path(0.1, 0.5, 0.46, 0.46, 0.46, 0.56, 0.14, 0.57));
        line(RIM, 0.045f, 0.68, 0.4, 0.8, 0.76);
        line(RIM, 0.05f, 0.1, 0.72, 0.5, 0.76);
        fill(paint.brighter(), path(0.68, 0.44, 0.76, 0.34, 0.82, 0.5, 0.74, 0.54));
        if (random.nextDouble() < 0.5) {
            rider(0.34, 0.46, 0.66, 0.42, 0.075);
        }
    }

    /** Somebody on a saddle, hands on a bar. */
    private void rider(double saddleX, double saddleY, double barX, double barY, double head) {
        Color coat = paint();
        double shoulderX = saddleX + 0.13;
        double shoulderY = saddleY - 0.2;
        line(coat, (float) (head * 1.9), saddleX, saddleY, shoulderX, shoulderY);
        line(coat, (float) head, shoulderX, shoulderY, barX, barY);
        line(
                coat.darker(),
                (float) (head * 1.2),
                saddleX,
                saddleY,
                saddleX + 0.16,
                saddleY + 0.14,
                saddleX + 0.1,
                saddleY + 0.32);
        fill(skin(), disc(shoulderX + 0.04, shoulderY - 0.1, head * 1.3));
    }

    private void pedestrian() {
        Color coat = paint();
        Color legs = paint().darker();
        double stride = vary(0.1, 0.06);
        line(legs, 0.07f, 0.5, 0.58, 0.5 + stride, 0.78, 0.5 + stride * 0.8, 0.98);
        line(legs, 0.07f, 0.5, 0.58, 0.5 - stride * 0.4, 0.78, 0.5 - stride * 1.4, 0.97);
        line(coat, 0.05f, 0.48, 0.28, 0.48 - stride * 1.2, 0.45, 0.48 - stride * 0.7, 0.57);
        fill(coat, new RoundRectangle2D.Double(0.41, 0.2, 0.18, 0.4, 0.1, 0.1));
        line(coat.darker(), 0.05f, 0.53, 0.28, 0.53 + stride * 1.2, 0.45, 0.53 + stride * 1.6, 0.55);
        fill(skin(), disc(0.5, 0.11, 0.075));
        fill(TYRE, new Arc2D.Double(0.425, 0.03, 0.15, 0.15, 0, 180, Arc2D.PIE));
        if (random.nextDouble() < 0.35) {
            fill(paint(), new RoundRectangle2D.Double(0.34, 0.25, 0.1, 0.2, 0.04, 0.04));
        }
    }

    private void dog() {
        Color coat = new Color[] {
                    new Color(120, 80, 45),
                    new Color(50, 45, 42),
                    new Color(205, 180, 140),
                    new Color(225, 225, 220),
                    new Color(150, 110, 70)
                }
                [random.nextInt(5)];
        double leg = vary(0.24, 0.05);
        for (double x : new double[] {0.24, 0.33, 0.64, 0.72}) {
            line(coat.darker(), 0.05f, x, 0.66, x + vary(0, 0.04), 0.68 + leg);
        }
        fill(coat, new RoundRectangle2D.Double(0.18, 0.45, 0.6, 0.26, 0.24, 0.24));
        line(coat, 0.045f, 0.2, 0.52, 0.1, 0.42, 0.06, vary(0.3, 0.08));
        fill(coat, path(0.68, 0.55, 0.74, 0.34, 0.86, 0.34, 0.82, 0.6));
        fill(coat, new Ellipse2D.Double(0.72, 0.24, 0.18, 0.2));
        fill(coat.darker(), new RoundRectangle2D.Double(0.84, 0.32, 0.14, 0.09, 0.06, 0.06));
        fill(coat.darker(), path(0.73, 0.3, 0.74, 0.14, 0.81, 0.26));
        fill(TYRE, disc(0.965, 0.34, 0.022));
    }

    private void trafficLight() {
        double width = vary(0.2, 0.02);
        fill(new Color(95, 98, 100), new Rectangle2D.Double(0.475, 0.5, 0.05, 0.5));
        fill(new Color(28, 30, 30), new RoundRectangle2D.Double(0.5 - width / 2, 0.02, width, 0.52, 0.05, 0.05));
        int lit = random.nextInt(3);
        Color[] colours = {new Color(235, 40, 30), new Color(245, 180, 30), new Color(40, 215, 110)};
        for (int i = 0; i < 3; i++) {
            Color colour = colours[i];
            fill(i == lit ? colour : colour.darker().darker().darker(), disc(0.5, 0.11 + 0.165 * i, 0.066));
        }
    }

    private void trafficSign() {
        fill(new Color(130, 133, 135), new Rectangle2D.Double(0.48, 0.36, 0.04, 0.64));
        Color rim = random.nextDouble() < 0.6 ? new Color(200, 30, 35) : new Color(30, 70, 160);
        Color face = random.nextDouble() < 0.7 ? new Color(240, 240, 235) : rim;
        int corners = new int[] {3, 4, 8, 40}[random.nextInt(4)];
        fill(rim, polygon(corners, 0.5, 0.24, 0.23));
        fill(face, polygon(corners, 0.5, 0.24, 0.165));
        g.setStroke(new BasicStroke(0.045f));
        g.setColor(face.equals(rim) ? Color.WHITE : TYRE);
        switch (random.nextInt(3)) {
            case 0 -> g.draw(new Line2D.Double(0.41, 0.25, 0.59, 0.25));
            case 1 -> g.draw(new Line2D.Double(0.5, 0.15, 0.5, 0.31));
            default -> g.draw(new Line2D.Double(0.43, 0.3, 0.57, 0.18));
        }
    }

    private static Shape polygon(int corners, double x, double y, double radius) {
        Path2D outline = new Path2D.Double();
        for (int i = 0; i < corners; i++) {
            double angle = 2 * Math.PI * (i + (corners == 3 ? 0 : 0.5)) / corners - Math.PI / 2;
            double px = x + radius * Math.cos(angle);
            double py = y + radius * Math.sin(angle);
            if (i == 0) {
                outline.moveTo(px, py);
            } else {
                outline.lineTo(px, py);
            }
        }
        outline.closePath();
        return outline;
    }

    private void wheel(double x, double y, double radius) {
        fill(TYRE, disc(x, y, radius));
        fill(RIM, disc(x, y, radius * 0.5));
    }

    private void ring(double x, double y, double radius, float width) {
        g.setStroke(new BasicStroke(width));
        g.setColor(TYRE);
        g.draw(disc(x, y, radius));
    }

    private void line(Color colour, float width, double... points) {
        g.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.setColor(colour);
        Path2D line = new Path2D.Double();
        line.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            line.lineTo(points[i], points[i + 1]);
        }
        g.draw(line);
    }

    private void fill(Color colour, Shape shape) {
        g.setColor(colour);
        g.fill(shape);
    }

    private static Path2D path(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }

    private static Shape disc(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private double vary(double mean, double spread) {
        return mean + spread * random.nextDouble(-1, 1);
    }

    private Color paint() {
        return Color.getHSBColor(random.nextFloat(), random.nextFloat() * 0.85f, 0.25f + 0.7f * random.nextFloat());
    }

    private Color skin() {
        float tone = random.nextFloat();
        return new Color(0.35f + 0.6f * tone, 0.22f + 0.53f * tone, 0.15f + 0.45f * tone);
    }
}
