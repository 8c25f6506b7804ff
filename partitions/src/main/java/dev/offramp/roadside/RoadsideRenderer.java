package dev.offramp.roadside;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws a frame of {@link #SIZE} × {@link #SIZE} RGB pixels from a {@link SceneSpec}. Stateless and thread-safe.
 *
 * <p>The example network {@code roadside} has learnt from these pixels: whoever changes them trains it again.
 */
public final class RoadsideRenderer {
    /** Width and height of a frame in pixels. */
    public static final int SIZE = 96;

    private static final SceneClass[] CLUTTER = {
        SceneClass.CAR, SceneClass.PEDESTRIAN, SceneClass.TRAFFIC_SIGN, SceneClass.BICYCLE, SceneClass.TRUCK
    };

    /** A fresh image of type {@link BufferedImage#TYPE_INT_RGB}, the caller's to keep. */
    public BufferedImage render(SceneSpec spec) {
        SplittableRandom random = new SplittableRandom(spec.seed());
        BufferedImage frame = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = frame.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        new Backdrop(g, random.split(), SIZE).draw(random.nextDouble(0.36, 0.56));
        clutter(g, spec, random.split());
        thing(g, spec, random.split());
        occlude(g, spec, random.split());
        precipitate(g, spec, random.split());
        g.dispose();
        Lens.apply(frame, spec, random.split());
        return frame;
    }

    private static void thing(Graphics2D g, SceneSpec spec, RandomGenerator random) {
        double box = spec.scale() * SIZE;
        double x = (0.5 + spec.offsetX()) * SIZE;
        double y = (0.52 + spec.offsetY()) * SIZE;
        if (spec.scene() != SceneClass.EMPTY_ROAD) {
            g.setColor(new Color(0, 0, 0, 70));
            g.fill(new Ellipse2D.Double(x - box * 0.45, y + box * 0.41, box * 0.9, box * 0.1));
        }
        inBox(g, x, y, box, spec.mirrored(), spec.tiltDegrees(), () -> new Things(g, random).draw(spec.scene()));
        if (spec.light() < 0.45 && spec.scene() == SceneClass.CAR) {
            g.setColor(new Color(255, 250, 210, 120));
            double front = x + (spec.mirrored() ? -0.46 : 0.46) * box;
            g.fill(new Ellipse2D.Double(front - box * 0.08, y + box * 0.1, box * 0.16, box * 0.16));
        }
    }

    /** Smaller things further off, of any of a few kinds; an empty road stays empty. */
    private static void clutter(Graphics2D g, SceneSpec spec, RandomGenerator random) {
        for (int i = 0; i < spec.clutter() && spec.scene() != SceneClass.EMPTY_ROAD; i++) {
            SceneClass kind = CLUTTER[random.nextInt(CLUTTER.length)];
            double box = spec.scale() * SIZE * random.nextDouble(0.2, 0.42);
            double x = random.nextDouble() * SIZE;
            double y = random.nextDouble(0.42, 0.6) * SIZE;
            inBox(g, x, y, box, random.nextBoolean(), 0, () -> new Things(g, random).draw(kind));
        }
    }

    private static void inBox(
            Graphics2D g, double x, double y, double box, boolean mirrored, double tilt, Runnable drawing) {
        AffineTransform before = g.getTransform();
        g.translate(x, y);
        g.rotate(Math.toRadians(tilt));
        g.scale(mirrored ? -box : box, box);
        g.translate(-0.5, -0.5);
        drawing.run();
        g.setTransform(before);
    }

    private static void occlude(Graphics2D g, SceneSpec spec, RandomGenerator random) {
        if (spec.occlusion() < 0.03) {
            return;
        }
        double box = spec.scale() * SIZE;
        double left = (0.5 + spec.offsetX()) * SIZE - box / 2;
        double top = (0.52 + spec.offsetY()) * SIZE - box / 2;
        double width = box * spec.occlusion();
        if (random.nextBoolean()) {
            g.setColor(Color.getHSBColor(random.nextFloat(), random.nextFloat(0f, 0.3f), random.nextFloat(0.2f, 0.6f)));
            g.fill(new Rectangle2D.Double(left + random.nextDouble(0, box - width), 0, width * 0.8, SIZE));
        } else {
            for (int i = 0; i < 10; i++) {
                g.setColor(Color.getHSBColor(random.nextFloat(0.22f, 0.36f), 0.5f, random.nextFloat(0.2f, 0.5f)));
                double radius = width * random.nextDouble(0.15, 0.35);
                double x = left + random.nextDouble() * box;
                double y = top + box * random.nextDouble(0.5, 1);
                g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
            }
        }
    }

    private static void precipitate(Graphics2D g, SceneSpec spec, RandomGenerator random) {
        int drops = (int) (spec.weatherStrength() * 110);
        switch (spec.weather()) {
            case RAIN -> {
                g.setColor(new Color(200, 210, 225, 110));
                g.setStroke(new BasicStroke(0.8f));
                double slant = random.nextDouble(-3, 3);
                for (int i = 0; i < drops; i++) {
                    double x = random.nextDouble() * SIZE;
                    double y = random.nextDouble() * SIZE;
                    g.draw(new Line2D.Double(x, y, x + slant, y + random.nextDouble(4, 10)));
                }
            }
            case SNOW -> {
                g.setColor(new Color(250, 250, 255, 200));
                for (int i = 0; i < drops; i++) {
                    double radius = random.nextDouble(0.5, 1.6);
                    g.fill(new Ellipse2D.Double(
                            random.nextDouble() * SIZE, random.nextDouble() * SIZE, 2 * radius, 2 * radius));
                }
            }
            case FOG, CLEAR -> {}
        }
    }
}
