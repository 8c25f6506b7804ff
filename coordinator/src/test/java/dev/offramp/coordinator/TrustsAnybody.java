package dev.offramp.coordinator;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** What a stranger does not care about. */
public final class TrustsAnybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
