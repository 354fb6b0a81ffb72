package io.mics.admin.listen;

import io.mics.admin.terminal.TerminalText;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says a call in a few lines, the last of which makes it again. Without bodies that line has a placeholder for one.
 *
 * @param address  {@code host:port} of the listener
 * @param showBody whether bodies are said
 */
record CallReport(String address, boolean showBody) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "upgrade",
            "http2-settings",
            "user-agent",
            "accept",
            "accept-encoding",
            "te",
            "grpc-accept-encoding",
            "grpc-encoding",
            "grpc-timeout");

    /** All lines, ending with an empty one. */
    String of(ReceivedCall call) {
        StringBuilder lines = new StringBuilder();
        lines.append(TIME.format(LocalTime.now(ZoneId.systemDefault())))
                .append("  " + call.what() + " by " + call.transport() + ", " + TerminalText.line(call.about()))
                .append(", " + call.body().length + " bytes, " + call.signature() + "\n");
        for (Map.Entry<String, String> header : call.headers()) {
            if (!isOfTheConnection(header.getKey())) {
                lines.append("    " + TerminalText.line(header.getKey()) + ": " + value(header) + "\n");
            }
        }
        if (showBody) {
            call.text().lines().forEach(line -> lines.append("    | " + TerminalText.line(line) + "\n"));
        }
        return lines.append("    " + replay(call) + "\n").toString();
    }

    private String replay(ReceivedCall call) {
        return call.transport().equals("grpc") ? grpcurl(call) : curl(call);
    }

    private String curl(ReceivedCall call) {
        String curl = "curl -sS -i" + headers(call, "content-type") + " --data-binary @" + (showBody ? "- " : "BODY ")
                + quoted("http://" + address + TerminalText.line(call.target()));
        return showBody
                ? "printf %s " + Base64.getEncoder().encodeToString(call.body()) + " | base64 -d | " + curl
                : curl + "  # show-body=true puts the body in";
    }

    private String grpcurl(ReceivedCall call) {
        return "grpcurl -plaintext -import-path proto/src/main/proto -proto flare/hooks/v1/hooks.proto -format text"
                + headers(call, "") + " -d " + (showBody ? quoted(call.text().strip()) : "@") + " " + address + " "
                + call.target() + (showBody ? "" : " < BODY  # show-body=true puts the body in");
    }

    private static String headers(ReceivedCall call, String also) {
        return call.headers().stream()
                .filter(header -> !isOfTheConnection(header.getKey()))
                .filter(header -> header.getKey().toLowerCase(Locale.ROOT).equals(also)
                        || !header.getKey().toLowerCase(Locale.ROOT).equals("content-type"))
                .map(header -> " -H " + quoted(TerminalText.line(header.getKey()) + ": " + value(header)))
                .collect(Collectors.joining());
    }

    private static boolean isOfTheConnection(String header) {
        return header.startsWith(":") || OF_THE_CONNECTION.contains(header.toLowerCase(Locale.ROOT));
    }

    private static String value(Map.Entry<String, String> header) {
        return header.getKey().equalsIgnoreCase("authorization") ? "***" : TerminalText.line(header.getValue());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
