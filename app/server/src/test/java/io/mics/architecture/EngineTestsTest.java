package io.mics.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.architecture.JavaSources.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A test that starts an engine (a process, Redis, Kafka, a browser, a whole gateway), itself or by a class of the tests
 * that it names, has the tag {@code engine}; all others are unit tests, which {@code ./mvnw -Pquick test} runs beside
 * each other. One that sees or changes what all tests of a process share is {@code @Isolated}.
 */
class EngineTestsTest {
    private static final Pattern STARTS =
            Pattern.compile("\\bProcessBuilder\\b|\\bredis\\.embedded\\.|\\bEmbeddedPostgres\\b|\\bKafkaRaftServer\\b"
                    + "|\\bNode\\.start\\(");
    private static final Pattern SHARED = Pattern.compile("\\bErrorPlanting\\b|\\bLinkThreads\\b|\\bforgetLost\\("
            + "|\\bLogSetup\\.\\w+\\(|\\bSystem\\.set(In|Out|Err)\\(|\\b(Locale|TimeZone)\\.setDefault\\(");
    private static final Pattern ISOLATED = Pattern.compile("(?m)^@Isolated\\b");
    private static final Pattern TAG = Pattern.compile("(?m)^@Tag\\(\"engine\"\\)$");
    private static final Pattern COMMENT_OR_TEXT = Pattern.compile("(?s)\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]++|\\\\.)*+\""
            + "|'(?:[^'\\\\\\n]|\\\\[^\\n]+?)'|//[^\\n]*+|/\\*.*?\\*/");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*$");
    private static final Pattern NAME = Pattern.compile("\\b[A-Z]\\w*+");

    /** One source of tests: the names it mentions, and why it starts an engine, if it does. */
    private record Unit(Source source, String name, Set<String> mentions, Optional<String> starts, boolean tagged) {
        static Unit of(Source source) {
            String text = String.join("\n", source.lines());
            String code = code(source);
            Optional<String> starts =
                    STARTS.matcher(code).results().map(MatchResult::group).findFirst();
            Set<String> mentions = new HashSet<>();
            NAME.matcher(IMPORT.matcher(code).replaceAll(""))
                    .results()
                    .map(MatchResult::group)
                    .forEach(mentions::add);
            String name = source.path().getFileName().toString().replace(".java", "");
            return new Unit(source, name, mentions, starts, TAG.matcher(text).find());
        }

        static String code(Source source) {
            return COMMENT_OR_TEXT.matcher(String.join("\n", source.lines())).replaceAll(" ");
        }

        String module() {
            return source.path().getName(0).toString();
        }

        /** Whether classes of {@code module} can use it: tests of a module stay there, but for the SDK's test jar. */
        boolean isFor(String module) {
            return module.equals(module()) || source.path().toString().contains("/io/mics/sdk/testing/");
        }
    }

    private static final List<Unit> UNITS = JavaSources.all().stream()
            .filter(source -> source.isTest() || source.path().startsWith("loadtest"))
            .map(Unit::of)
            .toList();
    private static final Map<Unit, String> ENGINES = engines();

    private static Map<Unit, String> engines() {
        Map<Unit, String> engines = new HashMap<>();
        List<Unit> next = new ArrayList<>();
        for (Unit unit : UNITS) {
            unit.starts().ifPresent(what -> {
                engines.put(unit, what);
                next.add(unit);
            });
        }
        while (!next.isEmpty()) {
            Unit used = next.removeLast();
            for (Unit user : UNITS) {
                if (!engines.containsKey(user)
                        && used.isFor(user.module())
                        && user.mentions().contains(used.name())) {
                    engines.put(user, used.name() + ", " + engines.get(used));
                    next.add(user);
                }
            }
        }
        return engines;
    }

    private static List<Unit> tests() {
        return UNITS.stream()
                .filter(unit -> unit.source().isTest() && unit.name().endsWith("Test"))
                .sorted(Comparator.comparing(Unit::name))
                .toList();
    }

    @Test
    void testsThatStartAnEngineAreTagged() {
        assertThat(tests().stream()
                        .filter(test -> ENGINES.containsKey(test) && !test.tagged())
                        .map(test -> test.source().at(0) + " lacks @Tag(\"engine\"): it uses " + ENGINES.get(test)))
                .isEmpty();
    }

    @Test
    void testsThatAreTaggedStartAnEngine() {
        assertThat(tests().stream()
                        .filter(test -> test.tagged() && !ENGINES.containsKey(test))
                        .map(test -> test.source().at(0) + " starts no engine: without the tag -Pquick runs it"))
                .isEmpty();
    }

    @Test
    void unitTestsOfWhatAllShareRunAlone() {
        List<Unit> sharing = tests().stream()
                .filter(test -> !test.tagged()
                        && SHARED.matcher(Unit.code(test.source())).find())
                .toList();
        assertThat(sharing.stream().map(Unit::name)).contains("ReportedErrorsTest", "LinkThreadsTest");
        assertThat(sharing.stream()
                        .filter(test ->
                                !ISOLATED.matcher(Unit.code(test.source())).find())
                        .map(test -> test.source().at(0) + " lacks @Isolated: it uses what all tests share"))
                .isEmpty();
    }

    @Test
    void enginesAreFoundThroughTheClassesThatStartThem() {
        assertThat(ENGINES.keySet().stream().map(Unit::name))
                .contains(
                        "TestGateway", "RedisServer", "KafkaBroker", "ServerProcess", "GatewayTest", "RedisRoutesTest");
    }
}
