package io.mics.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Which package may know which within a module, and who may know which library. That no module knows one above it, the
 * compiler sees to.
 */
@AnalyzeClasses(packages = "io.mics", importOptions = ArchitectureTest.NoTests.class)
final class ArchitectureTest {
    private static final String[] OURS = {
        "io.mics",
        "io.mics.address..",
        "io.mics.admin..",
        "io.mics.auth..",
        "io.mics.concurrent..",
        "io.mics.config..",
        "io.mics.console..",
        "io.mics.conversation..",
        "io.mics.event..",
        "io.mics.hook..",
        "io.mics.httpclient..",
        "io.mics.kafka..",
        "io.mics.launch..",
        "io.mics.lifecycle..",
        "io.mics.listener..",
        "io.mics.message..",
        "io.mics.node..",
        "io.mics.observe..",
        "io.mics.offline..",
        "io.mics.protocol..",
        "io.mics.pipeline..",
        "io.mics.redis..",
        "io.mics.store..",
        "io.mics.routing..",
        "io.mics.session..",
        "io.mics.store..",
        "io.mics.tenant..",
        "io.mics.timer..",
        "io.mics.ws.."
    };
    /** Every package is a slice of its own, the root included; what is generated, and the SDK, are others' matter. */
    private static final SliceAssignment EACH_PACKAGE = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            String name = javaClass.getPackageName();
            return name.startsWith("io.mics") && !name.startsWith("io.mics.proto") && !name.startsWith("io.mics.sdk")
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    };

    private static final String[] GENERATED_AND_SDK = {"io.mics.proto..", "io.mics.sdk.."};

    @ArchTest
    static final ArchRule packagesAreThoseOfTheDesign =
            classes().should().resideInAnyPackage(join(OURS, GENERATED_AND_SDK));

    @ArchTest
    static final ArchRule protocolDependsOnGeneratedCodeOnly = noClasses()
            .that()
            .resideInAPackage("io.mics.protocol..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.mics..").and(not(resideInAnyPackage("io.mics.protocol..", "io.mics.proto.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheCompositionKnowsTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages("io.mics.ws..", "io.mics.node..", "io.mics")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.mics.ws..");

    @ArchTest
    static final ArchRule toolsKnowNothingOfTheGateway = noClasses()
            .that()
            .resideInAnyPackage("io.mics.observe..", "io.mics.concurrent..", "io.mics.launch..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics..")
                    .and(not(resideInAnyPackage("io.mics.observe..", "io.mics.concurrent..", "io.mics.launch.."))));

    @ArchTest
    static final ArchRule technologyKnowsNothingOfTheGateway = noClasses()
            .that()
            .resideInAnyPackage("io.mics.kafka..", "io.mics.redis..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics..")
                    .and(not(resideInAnyPackage(
                            "io.mics.kafka..",
                            "io.mics.redis..",
                            "io.mics.config..",
                            "io.mics.observe..",
                            "io.mics.concurrent.."))));

    @ArchTest
    static final ArchRule noPackagesInCircles =
            slices().assignedFrom(EACH_PACKAGE).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule configKnowsNoCapability = noClasses()
            .that()
            .resideInAPackage("io.mics.config..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics..")
                    .and(not(resideInAnyPackage("io.mics.config..", "io.mics.observe..", "io.mics.concurrent.."))));

    @ArchTest
    static final ArchRule nobodyButTheMainClassKnowsTheComposition = noClasses()
            .that()
            .resideOutsideOfPackages("io.mics", "io.mics.node..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.mics", "io.mics.node..");

    @ArchTest
    static final ArchRule hookPackagesKnowOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.mics.hook..")
            .layer("around")
            .definedBy(
                    "io.mics.hook.config..", "io.mics.hook.redis..", "io.mics.hook.dispatch..", "io.mics.hook.record..")
            .layer("registry")
            .definedBy("io.mics.hook.registry..")
            .layer("transports")
            .definedBy("io.mics.hook.grpc..", "io.mics.hook.http..", "io.mics.hook.local..", "io.mics.hook.webhook..")
            .layer("policy")
            .definedBy("io.mics.hook.policy..")
            .layer("backend")
            .definedBy("io.mics.hook")
            .layer("point")
            .definedBy("io.mics.hook.point..")
            .whereLayer("around")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("registry")
            .mayOnlyBeAccessedByLayers("around")
            .whereLayer("transports")
            .mayOnlyBeAccessedByLayers("around")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers("around", "registry", "transports")
            .whereLayer("backend")
            .mayOnlyAccessLayers("point")
            .whereLayer("point")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule routingsPackagesKnowOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.mics.routing..")
            .layer("calls")
            .definedBy("io.mics.routing")
            .layer("home")
            .definedBy("io.mics.routing.home..")
            .layer("delivery")
            .definedBy("io.mics.routing.delivery..")
            .layer("directory")
            .definedBy("io.mics.routing.directory..", "io.mics.routing.redis..")
            .layer("link")
            .definedBy("io.mics.routing.link..")
            .whereLayer("calls")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("home")
            .mayOnlyBeAccessedByLayers("calls")
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("calls", "home")
            .whereLayer("directory")
            .mayOnlyBeAccessedByLayers("calls", "home", "delivery");

    @ArchTest
    static final ArchRule lifecycleKnowsNoCapability = noClasses()
            .that()
            .resideInAPackage("io.mics.lifecycle..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics..")
                    .and(not(resideInAnyPackage(
                            "io.mics.lifecycle..", "io.mics.config..", "io.mics.observe..", "io.mics.concurrent.."))));

    @ArchTest
    static final ArchRule onlyTheEdgeKnowsHelidonsWebSocket = noClasses()
            .that()
            .resideOutsideOfPackage("io.mics.ws..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.helidon.websocket..", "io.helidon.webserver.websocket..");

    @ArchTest
    static final ArchRule onlyRedisClassesKnowLettuce = noClasses()
            .that()
            .haveNameNotMatching(".*\\.Redis[^.]*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..");

    @ArchTest
    static final ArchRule onlyEnginesOfTheStoreKnowTheirDrivers = noClasses()
            .that()
            .haveNameNotMatching(".*\\.(Postgres|Embedded)[^.]*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.postgresql..", "org.sqlite..");

    @ArchTest
    static final ArchRule onlyTheSchemaKnowsTheMigrationLibrary = noClasses()
            .that()
            .resideOutsideOfPackage("io.mics.store.schema..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.flywaydb..");

    @ArchTest
    static final ArchRule theStoreKnowsOnlyThePortsItImplements = noClasses()
            .that()
            .resideInAPackage("io.mics.store..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics..")
                    .and(not(resideInAnyPackage(
                            "io.mics.store..",
                            "io.mics.conversation..",
                            "io.mics.protocol..",
                            "io.mics.proto..",
                            "io.mics.redis..",
                            "io.mics.config..",
                            "io.mics.observe..",
                            "io.mics.concurrent.."))));

    @ArchTest
    static final ArchRule storesPackagesKnowOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.mics.store..")
            .layer("engine")
            .definedBy("io.mics.store.engine..")
            .layer("engines")
            .definedBy("io.mics.store.postgres..", "io.mics.store.embedded..")
            .layer("sql")
            .definedBy("io.mics.store.sql..", "io.mics.store.schema..")
            .layer("store")
            .definedBy("io.mics.store")
            .whereLayer("engine")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("engines")
            .mayOnlyBeAccessedByLayers("engine")
            .whereLayer("sql")
            .mayOnlyBeAccessedByLayers("engines", "engine");

    @ArchTest
    static final ArchRule onlyTheHttpClientKnowsItsParser = noClasses()
            .that()
            .resideOutsideOfPackage("io.mics.httpclient..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.hc..");

    @ArchTest
    static final ArchRule onlyCommandsKnowTheCommandLineLibrary = noClasses()
            .that()
            .resideOutsideOfPackage("io.mics.admin.command..")
            .and()
            .haveNameNotMatching("io\\.mics\\.admin\\..*Command")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..");

    @ArchTest
    static final ArchRule theServerKnowsOnlyWhereCommandsBegin = noClasses()
            .that()
            .resideOutsideOfPackage("io.mics.admin..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.mics.admin.command..").and(not(nameMatching(".*\\.Commands(\\$.*)?"))));

    @ArchTest
    static final ArchRule theHttpClientKnowsNothingOfTheGateway = noClasses()
            .that()
            .resideInAPackage("io.mics.httpclient..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics..")
                    .and(not(resideInAnyPackage("io.mics.httpclient..", "io.mics.concurrent..", "io.mics.observe.."))));

    @ArchTest
    static final ArchRule theServerCallsBackendsByOneClient = noClasses()
            .that()
            .resideOutsideOfPackages("io.mics.sdk..", "io.mics.admin..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "io.helidon.webclient..");

    @ArchTest
    static final ArchRule theDirectoryReadsNoClockOfTheNode = noClasses()
            .that()
            .resideInAnyPackage("io.mics.redis..", "io.mics.routing.redis..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Instant.class, Clock.class, LocalDateTime.class, ZonedDateTime.class, Date.class);

    @ArchTest
    static final ArchRule onlyKafkaClassesKnowTheKafkaClient = noClasses()
            .that()
            .haveNameNotMatching(".*\\.Kafka[^.]*")
            .and()
            .resideOutsideOfPackage("io.mics.sdk..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule theServerUsesOnlySignaturesAndPluginsOfTheSdk = noClasses()
            .that()
            .resideOutsideOfPackage("io.mics.sdk..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.mics.sdk..")
                    .and(not(resideInAnyPackage("io.mics.sdk.sign..", "io.mics.sdk.plugin.."))));

    @ArchTest
    static final ArchRule futuresEndAtAnAdaptersEdge = noMethods()
            .that()
            .areNotPrivate()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackages("io.mics.sdk..", "io.mics.proto..")
            .should()
            .haveRawReturnType(CompletableFuture.class);

    @ArchTest
    static final ArchRule constructorsHaveAtMostEightParameters = constructors()
            .that()
            .areDeclaredInClassesThat(describe(
                    "are ours, and neither records nor enums",
                    (JavaClass owner) -> !owner.isRecord()
                            && !owner.isEnum()
                            && !owner.getPackageName().startsWith("io.mics.proto")))
            .should()
            .haveRawParameterTypes(describe("eight at most", parameters -> parameters.size() <= 8));

    @ArchTest
    static final ArchRule noSynchronizedMethods = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("io.mics.proto..")
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED);

    /** The classes of no test, nor of what tests share, whether as folders or as jars. */
    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/")
                    && !location.contains("-tests.jar")
                    && !location.contains("/app/testing/")
                    && !location.contains("/mics-testing-");
        }
    }

    private static String[] join(String[] first, String[] second) {
        return Stream.of(first, second).flatMap(Arrays::stream).toArray(String[]::new);
    }
}
