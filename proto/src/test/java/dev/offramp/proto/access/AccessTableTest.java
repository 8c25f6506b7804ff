package dev.offramp.proto.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offramp.proto.identity.Role;
import dev.offramp.proto.v1.ControlGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessTableTest {
    /** Of every service that was generated, whoever added it. */
    private static Set<String> generated() throws IOException, URISyntaxException, ReflectiveOperationException {
        Path classes = Path.of(ControlGrpc.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Set<String> methods = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes.resolve("dev/offramp/proto/v1"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith("Grpc.class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                ServiceDescriptor service = (ServiceDescriptor) Class.forName("dev.offramp.proto.v1." + name)
                        .getMethod("getServiceDescriptor")
                        .invoke(null);
                service.getMethods().stream()
                        .map(MethodDescriptor::getFullMethodName)
                        .forEach(methods::add);
            }
        }
        return methods;
    }

    @Test
    void knowsEveryMethodOfEveryServiceAndNoOther() throws Exception {
        assertThat(generated())
                .contains("offramp.v1.Control/ListNodes")
                .isEqualTo(new TreeSet<>(AccessTable.methods()));
    }

    @Test
    void onlyJoiningIsOpenToStrangers() {
        assertThat(AccessTable.methods().stream().filter(AccessTable::isOpen))
                .containsExactly("offramp.v1.Enrolment/Join");
    }

    @Test
    void lookersOnChangeNothingAndOnlyAdministratorsAdmit() {
        assertThat(AccessTable.method("offramp.v1.Control/SetPolicy").orElseThrow())
                .containsExactly(Role.EDITOR, Role.ADMIN);
        assertThat(AccessTable.method("offramp.v1.Control/Watch").orElseThrow())
                .containsExactly(Role.VIEWER, Role.EDITOR, Role.ADMIN);
        assertThat(AccessTable.method("offramp.v1.Enrolment/CreateToken").orElseThrow())
                .containsExactly(Role.ADMIN);
        assertThat(AccessTable.method("offramp.v1.Attachment/Attach").orElseThrow())
                .containsExactly(Role.AGENT);
    }

    @Test
    void whatIsNotInTheTableNobodyMay() {
        assertThat(AccessTable.method("offramp.v1.Control/Unheard")).isEmpty();
        assertThat(AccessTable.route("DELETE /metrics")).isEmpty();
    }
}
