package io.mics.api.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;

/** {@code java -jar mics.jar chat}: one user of a tenant in a terminal, until the input or the connection ends. */
public final class ChatCommand {
    /** What is printed when the command line is not understood. */
    public static final String USAGE = """
        java -jar mics.jar chat [key=value ...]

          tenant=playground            the tenant
          token=valid:u1               what its /auth is shown
          device=terminal              the device's id
          url=ws://127.0.0.1:8080/ws   where clients connect
          to=USER or group=GROUP       whom to write to

          Each line is a message. /to USER and /group GROUP choose the recipient, /quit ends, as the end of
          the input does. Exit 0, 64 for a wrong command line, 69 when there is no connection or it is lost.
        """;

    private static final int WRONG_USAGE = 64;
    private static final int UNAVAILABLE = 69;
    private static final Duration PING_EVERY = Duration.ofSeconds(5);

    private ChatCommand() {}

    /** Runs the command of this process. */
    public static int run(List<String> arguments) {
        return run(arguments, System.in, System.out, System.err);
    }

    /** Runs the command; returns the exit code. */
    static int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err) {
        if (arguments.contains("--help")) {
            out.print(USAGE);
            return 0;
        }
        ChatSettings settings;
        try {
            settings = ChatSettings.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + System.lineSeparator() + USAGE);
            return WRONG_USAGE;
        }
        try (ChatConnection connection = new ChatConnection(out)) {
            if (!connection.open(settings)) {
                return UNAVAILABLE;
            }
            Thread pings = Thread.ofVirtual().name("chat-ping").start(() -> pings(connection));
            try {
                return chat(connection, settings.target(), in, out);
            } finally {
                pings.interrupt();
            }
        } catch (IOException e) {
            err.println("cannot read the input: " + e.getMessage());
            return UNAVAILABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNAVAILABLE;
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
        return connection.isEnded() ? UNAVAILABLE : 0;
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
