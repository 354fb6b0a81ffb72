package io.mics.admin.chat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the gateway's numbers and reasons mean to a person, from the list that the playground page uses, too. */
final class ChatWords {
    private static final String FILE = "/web/playground-words.json";
    private static final JsonObject WORDS = read();

    /** Codes after which the same connection is worth another try. */
    private static final Set<Integer> TRY_AGAIN = Set.of(1001, 1006, 1011, 4100, 4200, 4429, 4430);

    private static final Pattern WISHED = Pattern.compile("\\breconnect=(\\d{1,6})ms\\b");
    private static final long MOST_WISHED_MS = 120_000;
    private static final long LONGEST_DELAY_MS = 15_000;
    private static final int MOST_DOUBLINGS = 10;

    private ChatWords() {}

    private static JsonObject read() {
        try (var in = ChatWords.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + FILE);
            }
            try (JsonReader reader = Json.createReader(in)) {
                return reader.readObject();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Such as {@code 4001 – the login was refused (server says: "…")}. */
    static String closed(int code, String reason) {
        String ofCode = WORDS.getJsonObject("close").getString(Integer.toString(code), "closed");
        String meaning = WORDS.getJsonObject("closeReasons").getString(reason, ofCode);
        return code + " – " + meaning + (reason.isEmpty() ? "" : " (server says: \"" + reason + "\")");
    }

    /** Why a message failed; {@code code} is empty where there is none. */
    static String failed(String code, String reason) {
        String known = reason(reason);
        String words = known.isEmpty() ? reason : known + " (" + reason + ")";
        return "failed: " + (code.isEmpty() ? "" : "code " + code + ", ")
                + (words.isEmpty() ? "no reason given" : words);
    }

    /** What a reason of the gateway's means; empty for one of a hook's. */
    static String reason(String reason) {
        return WORDS.getJsonObject("reasons").getString(reason, "");
    }

    /**
     * Milliseconds until a closed connection is opened again, -1 for never: the server's own wish ({@code
     * reconnect=1200ms}), else 1, 2, 4 … 15 seconds.
     */
    static long reconnectDelayMs(int code, String reason, int failures) {
        if (!TRY_AGAIN.contains(code)) {
            return -1;
        }
        Matcher wished = WISHED.matcher(reason);
        return wished.find()
                ? Math.min(Long.parseLong(wished.group(1)), MOST_WISHED_MS)
                : Math.min(1_000L << Math.min(failures, MOST_DOUBLINGS), LONGEST_DELAY_MS);
    }
}
