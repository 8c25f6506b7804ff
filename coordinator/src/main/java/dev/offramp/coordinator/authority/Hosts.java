package dev.offramp.coordinator.authority;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Names and addresses in certificates. Stateless. */
final class Hosts {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final Pattern NAME = Pattern.compile(
            "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

    private Hosts() {}

    static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    static boolean isHost(String host) {
        return isAddress(host) || NAME.matcher(host).matches();
    }

    /** Of a member: as the administrator said, its name, and where it is seen to connect from. */
    static List<String> of(String name, List<String> said, InetAddress seen) {
        Set<String> hosts = new LinkedHashSet<>(said);
        if (NAME.matcher(name).matches()) {
            hosts.add(name);
        }
        String address = seen.getHostAddress();
        int zone = address.indexOf('%');
        hosts.add(zone < 0 ? address : address.substring(0, zone));
        if (seen.isLoopbackAddress()) {
            hosts.add("localhost");
        }
        return List.copyOf(hosts);
    }
}
