package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import io.mics.admin.terminal.TerminalText;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code java -jar mics.jar explain}: asks a running node what happened to a message. */
@Command(
        description = "Says what happened to a message on a node: hooks and their verdicts, devices reached, events,"
                + " the answer. Of a durable one, what the log made of it; the node that stored it says its number,"
                + " batch and distribution.",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:it was found",
            " 1:the node knows no such message",
            "64:a command line that is not understood",
            "69:the node is not there, or did not answer"
        })
final class ExplainCommand implements Callable<Integer> {
    private static final String STEPS = "steps";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "MSG_ID",
            description =
                    "the message's id as its sender made it, not encoded; behind -- where it reads like an option")
    private String msgId = "";

    @Option(names = "--tenant", paramLabel = "ID", required = true, description = "whose")
    private String tenant = "";

    @Option(
            names = "--json",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "prints the node's answer as it is (false)")
    private boolean json;

    @Mixin
    private NodeAddress address = new NodeAddress();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (msgId.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "MSG_ID is empty");
        }
        String path = "/internal/messages/" + encoded(msgId).replace(".", "%2E") + "/explain?tenant=" + encoded(tenant);
        NodeClient node = address.client(terminal);
        return json
                ? node.print("GET", path, ExplainCommand::isAnswer)
                : node.ask("GET", path, ExplainCommand::isAnswer, this::steps);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean isAnswer(JsonObject answer) {
        return answer.get(STEPS) instanceof JsonArray;
    }

    private void steps(JsonObject answer) {
        for (JsonValue each : answer.getJsonArray(STEPS)) {
            if (each instanceof JsonObject step) {
                String line = String.join(
                        "  ",
                        step.getString("at", ""),
                        step.getString("what", ""),
                        step.getString("who", ""),
                        step.getString("detail", ""));
                terminal.out().println(TerminalText.line(line.strip()));
            }
        }
    }
}
