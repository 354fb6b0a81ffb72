package io.mics.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A thread that a node depends on is started where its death is noticed. */
class ThreadsTest {
    private static final Pattern STARTS =
            Pattern.compile("startVirtualThread\\(|ofVirtual\\(\\)|ofPlatform\\(\\)|new Thread\\(|Executors\\.");

    private static final Pattern ERRORS = Pattern.compile("catch \\((\\w+ \\| )*(Throwable|\\w*Error)\\b");

    /** Whose threads serve one connection, one call or one moment, or the end of the process: others do not wait. */
    private static final Set<String> FOR_A_MOMENT = Set.of(
            "CriticalThreads",
            "TaskScope",
            "ErrorReportingExecutor",
            "InboundPeer",
            "PendingWrites",
            "LogSetup",
            "Chat", // these four: of a command, not of the server
            "ChatConnection",
            "ChatInput",
            "ChatScreen",
            "Backlog",
            "Listener", // ends the process itself when it can accept no longer
            "OpenSocket",
            "WsConnection",
            "GrpcConnection",
            "AddressLookup",
            "EmbeddedDatabase", // reports a fatal error to whoever waits for its thread
            "PlaygroundStore", // opens the store for whoever waits for it
            "ConnectionNotifier",
            "HookRegistry",
            "PluginThreads",
            "Signals",
            "HeapReturn");

    /** Who catches everything and goes on: rethrows, reports it as lost, or contains a plugin. */
    private static final Set<String> CATCHES_ALL = Set.of(
            "CriticalThreads",
            "FatalErrors",
            "Listener",
            "Sessions",
            "CallerThreadRunner",
            "PluginFolder",
            "PluginThreads");

    @Test
    void noErrorIsCaughtWithoutAskingWhetherItIsFatal() {
        assertThat(JavaSources.all().stream()
                        .filter(source -> source.path().startsWith("app") && !source.isTest())
                        .filter(source -> {
                            String text = String.join("\n", source.lines());
                            return ERRORS.matcher(text).find() && !text.contains("FatalErrors.check(");
                        })
                        .map(source -> source.path().getFileName().toString().replace(".java", "")))
                .as("call FatalErrors.check, or say here why not")
                .isSubsetOf(CATCHES_ALL);
    }

    @Test
    void whatIsNeededForGoodIsStartedByVitalThreads() {
        assertThat(JavaSources.all().stream()
                        .filter(source -> source.path().startsWith("app") && !source.isTest())
                        .filter(source -> source.lines().stream()
                                .anyMatch(line -> STARTS.matcher(line).find()))
                        .map(source -> source.path().getFileName().toString().replace(".java", "")))
                .as("start it by CriticalThreads, or say here why its death harms nobody")
                .isSubsetOf(FOR_A_MOMENT);
    }
}
