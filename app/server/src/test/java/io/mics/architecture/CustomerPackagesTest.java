package io.mics.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ten packages the customer asked for are really used, each by a class one can open. What is not yet there is named
 * with the part it arrives with; once it is in the pom, it must be used.
 */
final class CustomerPackagesTest {
    /** Of all classes only those in the packages of {@link #wanted()}: reading takes seconds. */
    private static final JavaClasses OURS = new ClassFileImporter()
            .importPackages(
                    wanted().stream().map(Wanted::userPackage).distinct().toList());

    private static final List<String> DECLARED_AHEAD = List.of("the edge", "the configuration", "the codecs");

    /**
     * One of the ten.
     *
     * @param artifact how it, or the part that stands for it, is called in the pom
     * @param library the package of its classes
     * @param user the class of ours that uses it, or its package while its name may change
     * @param arrivesWith what brings it; empty when it is there
     */
    record Wanted(String artifact, String library, String user, String arrivesWith) {
        String userPackage() {
            return user.replaceFirst("\\.[A-Z].*", "");
        }
    }

    static List<Wanted> wanted() {
        return List.of(
                new Wanted("helidon-webserver", "io.helidon.webserver", "io.mics.observe.Observability", ""),
                new Wanted("helidon-webserver-websocket", "io.helidon.websocket", "io.mics.ws", "the edge"),
                new Wanted(
                        "helidon-webserver-grpc",
                        "io.helidon.webserver.grpc",
                        "io.mics.routing.link.GrpcLinkServer",
                        ""),
                new Wanted("helidon-config-yaml", "io.helidon.config", "io.mics.config", "the configuration"),
                new Wanted("helidon-metrics-api", "io.helidon.metrics.api", "io.mics.observe.MeterExport", ""),
                new Wanted("helidon-health", "io.helidon.health", "io.mics.observe.Observability", ""),
                new Wanted("lettuce-core", "io.lettuce.core", "io.mics.redis.Redis", ""),
                new Wanted("kafka-clients", "org.apache.kafka", "io.mics.kafka.KafkaClients", ""),
                new Wanted("protobuf-java", "com.google.protobuf", "io.mics.protocol", "the codecs"),
                new Wanted(
                        "helidon-webserver-testing-junit5",
                        "io.helidon.webserver.testing.junit5",
                        "io.mics.observe.HealthEndpointTest",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("wanted")
    void isUsedByTheNamedClassOrNotYetInThePom(Wanted wanted) throws Exception {
        boolean used = OURS.stream()
                .filter(ours -> ours.getName().startsWith(wanted.user()))
                .anyMatch(ours -> dependsOn(ours, wanted.library()));
        boolean arrived = wanted.arrivesWith().isEmpty() || (isInPom(wanted) && isUserThere(wanted));
        assertThat(used || !arrived)
                .as("%s is used by %s", wanted.artifact(), wanted.user())
                .isTrue();
    }

    private static boolean dependsOn(JavaClass ours, String library) {
        return ours.getDirectDependenciesFromSelf().stream()
                .anyMatch(to -> to.getTargetClass().getPackageName().startsWith(library));
    }

    private static boolean isPackageInfo(JavaClass ours) {
        return ours.getSimpleName().equals("package-info");
    }

    private static boolean isInPom(Wanted wanted) throws Exception {
        for (String module : List.of("base", "gateway", "services", "server", "testing")) {
            if (Files.readString(JavaSources.ROOT.resolve("app/" + module + "/pom.xml"))
                    .contains("<artifactId>" + wanted.artifact() + "</artifactId>")) {
                return true;
            }
        }
        return false;
    }

    /** What the foundation declares may wait for its package's first class; others may not. */
    private static boolean isUserThere(Wanted wanted) {
        return !DECLARED_AHEAD.contains(wanted.arrivesWith())
                || OURS.stream()
                        .anyMatch(ours -> ours.getPackageName().startsWith(wanted.user()) && !isPackageInfo(ours));
    }
}
