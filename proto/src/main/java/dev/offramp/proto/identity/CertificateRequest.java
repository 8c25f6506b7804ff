package dev.offramp.proto.identity;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import javax.security.auth.x500.X500Principal;

/**
 * A PKCS #10 request of a P-256 key, DER. It asks for nothing: whom the certificate names, the coordinator knows from
 * the token. Written by hand because a library for it would weigh 10 MB on every board. Stateless.
 */
public final class CertificateRequest {
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] NO_ATTRIBUTES = {(byte) 0xa0, 0};
    /** OID 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
    private static final byte[] ECDSA_WITH_SHA256 = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};

    private static final byte SEQUENCE = 0x30;
    private static final byte BIT_STRING = 3;
    private static final int SHORT_LENGTH = 128;
    private static final int BYTE_BITS = 8;

    private CertificateRequest() {}

    public static byte[] of(String name, KeyPair key) {
        byte[] subject = new X500Principal("CN=" + name).getEncoded();
        byte[] wish = value(SEQUENCE, VERSION, subject, key.getPublic().getEncoded(), NO_ATTRIBUTES);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.getPrivate());
            signature.update(wish);
            return value(
                    SEQUENCE,
                    wish,
                    value(SEQUENCE, ECDSA_WITH_SHA256),
                    value(BIT_STRING, new byte[] {0}, signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a key of " + key.getPublic().getAlgorithm() + " cannot sign", e);
        }
    }

    private static byte[] value(byte tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < SHORT_LENGTH) {
            out.write(length);
        } else {
            int bytes = length < 1 << BYTE_BITS ? 1 : 2;
            out.write(SHORT_LENGTH | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (BYTE_BITS * i));
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
