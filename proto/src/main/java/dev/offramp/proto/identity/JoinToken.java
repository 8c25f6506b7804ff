package dev.offramp.proto.identity;

import dev.offramp.partition.artifact.Digest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a new member is handed: {@code id.secret.hash}. Immutable.
 *
 * @param id names the token, no secret
 * @param secret 256 random bits
 * @param authority SHA-256 of the public key of the CA: who the new member believes, and nobody else
 */
public record JoinToken(String id, String secret, Digest authority) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{8})\\.([A-Za-z0-9_-]{43})\\.([0-9a-f]{64})");
    private static final int ID_BYTES = 4;
    private static final int SECRET_BYTES = 32;

    /** A new one. */
    public static JoinToken create(Digest authority, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new JoinToken(
                HexFormat.of().formatHex(id),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                authority);
    }

    public static JoinToken parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            // Not the text itself: it may be most of a secret.
            throw new IllegalArgumentException(
                    "this is no token: expected what 'offramp token create' printed, 8, 43 and 64 characters with dots between");
        }
        return new JoinToken(matcher.group(1), matcher.group(2), new Digest(matcher.group(3)));
    }

    /** As it is handed over. */
    public String text() {
        return id + "." + secret + "." + authority;
    }

    /** Not the secret. */
    @Override
    public String toString() {
        return "token " + id;
    }
}
