package io.mics.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.architecture.JavaSources.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The law of style: a breach is named by file and line. */
final class TidinessTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 60;
    private static final int LINE_CHARS = 120;
    /** Of a package, its description not counted; tests may be more. */
    private static final int PACKAGE_FILES = 20;

    private static final int MEDIAN_FILE_LINES = 100;
    private static final List<String> EMPTY_WORDS =
            List.of("Manager", "Helper", "Util", "Utils", "Impl", "Common", "Base", "Info");
    /** The JDK's own word, where its class is extended. */
    private static final List<String> EXCUSED = List.of("SteadyLogManager.java", "package-info.java");

    private static final Pattern WORDS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern TEST_METHOD = Pattern.compile("^ {4,8}(public )?void (test[A-Z_]\\w*)\\(.*");

    private static final Pattern METER_LOOK_UP = Pattern.compile("\\.(counter|histogram)\\(");
    private static final Pattern COUNTING = Pattern.compile("\\s*\\.(increment|add|record|recordSince)\\(");
    /** With a reload, with a peer's end or its circuit's opening, with a hook version's rollback. */
    private static final Set<String> SELDOM_COUNTED =
            Set.of("ConfigReload.java", "Membership.java", "GrpcLinks.java", "HookRecords.java");

    private final List<Source> sources = JavaSources.all();

    @Test
    void filesHaveAtMostFourHundredLines() {
        assertThat(sources.stream().filter(s -> s.lines().size() > FILE_LINES).map(s -> s.at(FILE_LINES)))
                .isEmpty();
    }

    @Test
    void packagesHaveAtMostTwentyFiles() {
        Map<Path, Long> files = sources.stream()
                .filter(s -> !s.isTest() && !s.path().endsWith("package-info.java"))
                .collect(Collectors.groupingBy(
                        s -> Objects.requireNonNull(s.path().getParent()), Collectors.counting()));
        assertThat(files)
                .isNotEmpty()
                .allSatisfy((folder, count) ->
                        assertThat(count).as(folder.toString()).isLessThanOrEqualTo(PACKAGE_FILES));
    }

    @Test
    void packagesLiveInOneModule() {
        Map<Path, Set<Path>> modules = sources.stream()
                .filter(s -> s.path().startsWith("app") && !s.isTest())
                .collect(Collectors.groupingBy(
                        s -> Objects.requireNonNull(
                                s.path().subpath(5, s.path().getNameCount()).getParent()),
                        Collectors.mapping(s -> s.path().subpath(1, 2), Collectors.toSet())));
        assertThat(modules)
                .isNotEmpty()
                .allSatisfy((folder, of) -> assertThat(of).as(folder.toString()).hasSize(1));
    }

    @Test
    void theMedianFileIsShort() {
        List<Integer> sizes =
                sources.stream().map(s -> s.lines().size()).sorted().toList();
        assertThat(sizes.get(sizes.size() / 2)).isLessThan(MEDIAN_FILE_LINES);
    }

    @Test
    void methodsHaveAtMostSixtyLines() {
        assertThat(sources.stream()
                        .flatMap(s -> JavaSources.methods(s).stream())
                        .filter(method -> method.length() > METHOD_LINES)
                        .map(method -> method.source().at(method.start()) + " has " + method.length() + " lines"))
                .isEmpty();
    }

    @Test
    void linesHaveAtMostAHundredAndTwentyCharacters() {
        List<String> breaches = new ArrayList<>();
        for (Source source : sources) {
            for (int i = 0; i < source.lines().size(); i++) {
                if (source.lines().get(i).length() > LINE_CHARS) {
                    breaches.add(source.at(i));
                }
            }
        }
        assertThat(breaches).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        assertThat(sources.stream().filter(TidinessTest::hasEmptyWord).map(s -> s.at(0)))
                .isEmpty();
    }

    @Test
    void namesOfTestsAreClaims() {
        List<String> breaches = new ArrayList<>();
        for (Source source : sources.stream().filter(Source::isTest).toList()) {
            for (int i = 0; i < source.lines().size(); i++) {
                if (TEST_METHOD.matcher(source.lines().get(i)).matches()) {
                    breaches.add(source.at(i));
                }
            }
        }
        assertThat(breaches).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItOwns() {
        assertThat(sources.stream()
                        .filter(s -> !s.isTest())
                        .map(s -> JavaSources.ROOT.resolve(s.path()).getParent())
                        .distinct()
                        .filter(folder -> !Files.exists(folder.resolve("package-info.java"))))
                .isEmpty();
    }

    @Test
    void metersAreHeldAndNotLookedUpToCount() {
        List<String> breaches = new ArrayList<>();
        for (Source source : sources.stream().filter(s -> !s.isTest()).toList()) {
            String text = String.join("\n", source.lines());
            Matcher lookUp = METER_LOOK_UP.matcher(text);
            while (lookUp.find()) {
                String rest = text.substring(closing(text, lookUp.end()));
                if (COUNTING.matcher(rest).lookingAt()
                        && !SELDOM_COUNTED.contains(source.path().getFileName().toString())) {
                    breaches.add(source.at(
                            (int) text.substring(0, lookUp.start()).lines().count() - 1));
                }
            }
        }
        assertThat(breaches).isEmpty();
    }

    /** Behind the parenthesis that closes the one before {@code from}. */
    private static int closing(String text, int from) {
        int open = 1;
        int at = from;
        while (open > 0) {
            char c = text.charAt(at++);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }

    /** Number constants that label cases. */
    private static final List<String> OPEN_CONSTANTS = List.of("LENGTH_", "Character.", "CloseCodes.", "TAG_");

    @Test
    void switchesAreExhaustiveWithoutDefault() {
        List<String> breaches = new ArrayList<>();
        for (Source source : sources) {
            for (int i = 0; i < source.lines().size(); i++) {
                if (source.lines().get(i).matches("\\s+default(:| ->).*")
                        && !isOpen(source.lines().subList(0, i))) {
                    breaches.add(source.at(i));
                }
            }
        }
        assertThat(breaches).isEmpty();
    }

    /** Whether the switch these lines end in is over text, numbers or characters, which no cases can exhaust. */
    private static boolean isOpen(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i).strip();
            if (line.startsWith("case ")) {
                String label = line.substring("case ".length());
                return label.matches("[\"'\\d-].*") || OPEN_CONSTANTS.stream().anyMatch(label::startsWith);
            }
        }
        return false;
    }

    private static boolean hasEmptyWord(Source source) {
        String file = source.path().getFileName().toString();
        return !EXCUSED.contains(file)
                && List.of(WORDS.split(file.replace(".java", ""))).stream().anyMatch(EMPTY_WORDS::contains);
    }
}
