package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code java -jar mics.jar dead-letters list|replay}: asks a running node and prints its answer as it is. */
@Command(
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            "64:a command line that is not understood",
            "69:the node is not there, or did not do it"
        })
final class DeadLetterCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Action action;

    @Option(names = "--tenant", paramLabel = "ID", required = true, description = "whose")
    private String tenant = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "CONNECT_ONLINE, CONNECT_OFFLINE, SINGLE_CHAT_MSG, GROUP_CHAT_MSG or OFFLINE_MESSAGE")
    private Optional<String> type = Optional.empty();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "given up at that time or later: 2026-01-31T12:00:00Z, or milliseconds since 1970")
    private Optional<String> from = Optional.empty();

    @Option(names = "--to", paramLabel = "TIME", description = "given up before that time")
    private Optional<String> to = Optional.empty();

    @Option(names = "--cause", paramLabel = "TEXT", description = "whose cause contains this text")
    private Optional<String> cause = Optional.empty();

    @Option(
            names = "--hook",
            paramLabel = "NAME",
            description = "calls of this hook ('*' is every hook), instead of events")
    private Optional<String> hook = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "at most so many, 1 to 1000 (100)")
    private Optional<String> limit = Optional.empty();

    @Mixin
    private NodeAddress address = new NodeAddress();

    /** What is done with them. */
    enum Action {
        LIST,
        REPLAY
    }

    DeadLetterCommand(Terminal terminal, Action action) {
        this.terminal = terminal;
        this.action = action;
    }

    @Override
    public Integer call() {
        NodeClient node = address.client(terminal);
        return switch (action) {
            case LIST -> node.print("GET", "/internal/dead-letters?" + query(), answer -> true);
            case REPLAY -> node.print("POST", "/internal/dead-letters/replay?" + query(), answer -> true);
        };
    }

    private String query() {
        Map<String, Optional<String>> given = new LinkedHashMap<>();
        given.put("tenant", Optional.of(tenant));
        given.put("type", type);
        given.put("from", from);
        given.put("to", to);
        given.put("cause", cause);
        given.put("hook", hook);
        given.put("limit", limit);
        StringJoiner query = new StringJoiner("&");
        given.forEach((name, value) ->
                value.ifPresent(text -> query.add(name + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8))));
        return query.toString();
    }
}
