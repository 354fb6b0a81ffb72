package io.mics.api.chat;

import io.mics.api.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code java -jar mics.jar chat}: one user of a tenant in a terminal, until the input or the connection ends. */
@Command(
        description = {
            "Is a user of a tenant: each line is a message.",
            "/to USER and /group GROUP choose the recipient, /quit ends, as the end of the input does."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:ended by you",
            "64:a command line that is not understood",
            "69:there is no connection, or it was lost"
        })
public final class ChatCommand implements Callable<Integer> {
    private static final Duration PING_EVERY = Duration.ofSeconds(5);

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
        InputStream in = terminal.in();
        PrintStream out = terminal.out();
        PrintStream err = terminal.err();
        try (ChatConnection connection = new ChatConnection(out)) {
            if (!connection.open(settings)) {
                return Terminal.UNAVAILABLE;
            }
            Thread pings = Thread.ofVirtual().name("chat-ping").start(() -> pings(connection));
            try {
                return chat(connection, settings.target(), in, out);
            } finally {
                pings.interrupt();
            }
        } catch (IOException e) {
            err.println("cannot read the input: " + e.getMessage());
            return Terminal.UNAVAILABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Terminal.UNAVAILABLE;
        }
    }

    private static int chat(ChatConnection connection, ChatTarget first, InputStream in, PrintStream out)
            throws IOException, InterruptedException {
        ChatTarget target = first;
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        String line = lines.readLine();
        while (line != null && !line.equals("/quit") && !connection.isEnded()) {
            if (line.startsWith("/to ")) {
                target = new ChatTarget(line.substring("/to ".length()).strip(), false);
            } else if (line.startsWith("/group ")) {
                target = new ChatTarget(line.substring("/group ".length()).strip(), true);
            } else if (target.name().isEmpty()) {
                out.println("to whom? /to USER or /group GROUP");
            } else if (!line.isEmpty()) {
                connection.send(target, line);
            }
            line = lines.readLine();
        }
        connection.awaitAnswers();
        return connection.isEnded() ? Terminal.UNAVAILABLE : 0;
    }

    private static void pings(ChatConnection connection) {
        try {
            while (!connection.isEnded()) {
                Thread.sleep(PING_EVERY);
                connection.ping();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
