package dev.offramp.agent.ingress;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** Frames among the test resources. */
public final class Frames {
    private Frames() {}

    public static byte[] bytes(String name) throws IOException {
        try (InputStream in = Frames.class.getResourceAsStream("/frames/" + name)) {
            if (in == null) {
                throw new FileNotFoundException(name);
            }
            return in.readAllBytes();
        }
    }
}
