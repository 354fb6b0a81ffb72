package io.mics.admin.chat;

import io.mics.admin.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code java -jar mics.jar chat}: one user of a tenant in a terminal, until the input or the connection ends. */
@Command(
        description = {
            "Is a user of a tenant: each line is a message. What became of it is said under its number: sent, to how"
                    + " many devices, stored offline, or failed and why.",
            "/to USER and /group GROUP choose the recipient; /recall [N] takes message N, or the last one, back;"
                    + " /explain [N] says what a node remembers of it; /quit ends, as the end of the input does.",
            "A lost connection is opened again when the server says; what has no answer is sent again.",
            "To how many devices is asked of a node: on this machine at the port of --url and at INTERNAL_PORT (9091),"
                    + " else at ADMIN_URL; with ADMIN_TOKEN, if it is set."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:ended by you",
            "64:a command line that is not understood",
            "69:there is no connection, or it was lost for good"
        })
public final class ChatCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--tenant", paramLabel = "ID", description = "the tenant (playground)")
    private String tenant = "playground";

    @Option(names = "--token", paramLabel = "TOKEN", description = "what its /auth is shown (valid:u1)")
    private String token = "valid:u1";

    @Option(names = "--device", paramLabel = "ID", description = "the device's id (terminal)")
    private String device = "terminal";

    @Option(names = "--url", paramLabel = "URL", description = "where clients connect (ws://127.0.0.1:8080/ws)")
    private String url = "ws://127.0.0.1:8080/ws";

    @Option(names = "--to", paramLabel = "USER", description = "whom to write to")
    private String to = "";

    @Option(names = "--group", paramLabel = "GROUP", description = "or which group")
    private String group = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public ChatCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Chats; returns the exit code. */
    @Override
    public Integer call() {
        try {
            return run(ChatSettings.of(url, tenant, token, device, to, group));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int run(ChatSettings settings) {
        try (ChatInput input = new ChatInput(terminal.in())) {
            return new Chat(settings, input, terminal).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Terminal.UNAVAILABLE;
        }
    }
}
