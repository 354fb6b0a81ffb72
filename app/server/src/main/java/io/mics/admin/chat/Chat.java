package io.mics.admin.chat;

import io.mics.admin.terminal.Terminal;
import io.mics.admin.terminal.TerminalText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One chat: what is typed goes out, what arrives is printed, until the input or the connection ends. */
final class Chat {
    private static final Duration PING_EVERY = Duration.ofSeconds(5);
    private static final long ANSWERS_WITHIN_MS = 10_000;

    private final ChatMessages messages = new ChatMessages();
    private final ChatSettings settings;
    private final ChatInput input;
    private final Consumer<String> out;
    private final Map<String, String> environment;
    private ChatTarget target;

    Chat(ChatSettings settings, ChatInput input, Terminal terminal) {
        this.settings = settings;
        this.input = input;
        this.out = text -> terminal.out().println(shown(text));
        this.environment = terminal.environment();
        this.target = settings.target();
    }

    /** Nobody's text steers the terminal, or passes for another's: what follows a line end is indented. */
    private static String shown(String text) {
        return text.lines().map(TerminalText::line).collect(Collectors.joining(System.lineSeparator() + "      "));
    }

    /** Chats; returns the exit code. */
    int run() throws InterruptedException {
        try (ChatScreen screen = new ChatScreen(out, messages, ChatExplain.of(settings, environment));
                ChatConnection connection = new ChatConnection(settings, messages, screen::show, out, input::end)) {
            if (!connection.open()) {
                return Terminal.UNAVAILABLE;
            }
            Thread pings = Thread.ofVirtual().name("chat-ping").start(() -> pings(connection));
            try {
                Optional<String> line = input.next();
                while (line.isPresent() && !line.get().equals("/quit") && !connection.isEnded()) {
                    handle(line.get(), connection, screen);
                    line = input.next();
                }
                boolean answered = connection.isEnded() || messages.awaitAnswers(ANSWERS_WITHIN_MS);
                return answered && !connection.isEnded() ? 0 : Terminal.UNAVAILABLE;
            } finally {
                pings.interrupt();
            }
        }
    }

    private void handle(String line, ChatConnection connection, ChatScreen screen) throws InterruptedException {
        String[] words = line.strip().split(" ", 2);
        String rest = words.length > 1 ? words[1].strip() : "";
        switch (words[0]) {
            case "/to" -> target = new ChatTarget(rest, false);
            case "/group" -> target = new ChatTarget(rest, true);
            case "/recall" ->
                named(rest).ifPresent(message -> {
                    if (!connection.recall(message)) {
                        out.accept("not connected");
                    }
                });
            case "/explain" -> {
                Optional<ChatMessages.Sent> message = named(rest);
                if (message.isPresent()) {
                    var unused = messages.awaitAnswer(message.get(), ANSWERS_WITHIN_MS);
                    screen.explain(message.get());
                }
            }
            case String other -> say(line, connection);
        }
    }

    private void say(String line, ChatConnection connection) {
        if (target.name().isEmpty()) {
            out.accept("to whom? /to USER or /group GROUP");
        } else if (!line.isEmpty()) {
            connection.send(messages.add(target, line));
        }
    }

    /** The message of a number, the last one without; says so when there is none. */
    private Optional<ChatMessages.Sent> named(String number) {
        Optional<ChatMessages.Sent> found = number.matches("\\d{0,9}")
                ? messages.sent(number.isEmpty() ? 0 : Integer.parseInt(number))
                : Optional.empty();
        if (found.isEmpty()) {
            out.accept(number.isEmpty() ? "nothing was sent yet" : "there is no message " + number + " of yours");
        }
        return found;
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
