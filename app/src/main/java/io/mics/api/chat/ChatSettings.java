package io.mics.api.chat;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who chats, where, and with whom.
 *
 * @param url    the gateway's WebSocket address, {@code ws://} or {@code wss://}
 * @param token  shown in the handshake's {@code Authorization} header, so that it stays out of access logs
 * @param target the conversation that lines go to until another is chosen
 */
record ChatSettings(URI url, String tenant, String token, String device, ChatTarget target) {
    /** The arguments as {@code key=value}; throws {@link IllegalArgumentException} naming the one not understood. */
    static ChatSettings parse(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>(Map.of(
                "tenant", "playground",
                "token", "valid:u1",
                "device", "terminal",
                "url", "ws://127.0.0.1:8080/ws",
                "to", "",
                "group", ""));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0 || !values.containsKey(argument.substring(0, equals))) {
                throw new IllegalArgumentException("not understood: " + argument);
            }
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        String to = values.getOrDefault("to", "");
        String group = values.getOrDefault("group", "");
        if (!to.isEmpty() && !group.isEmpty()) {
            throw new IllegalArgumentException("to and group: name one of them");
        }
        return new ChatSettings(
                address(values.getOrDefault("url", "")),
                values.getOrDefault("tenant", ""),
                values.getOrDefault("token", ""),
                values.getOrDefault("device", ""),
                group.isEmpty() ? new ChatTarget(to, false) : new ChatTarget(group, true));
    }

    private static URI address(String url) {
        URI uri = URI.create(url);
        String scheme = uri.getScheme();
        if (uri.getHost() == null || scheme == null || !(scheme.equals("ws") || scheme.equals("wss"))) {
            throw new IllegalArgumentException("url: not a ws:// or wss:// address: " + url);
        }
        return uri;
    }

    /** The address of the handshake. */
    URI handshake() {
        return URI.create(url + (url.getRawQuery() == null ? "?" : "&") + "tenantId=" + encoded(tenant) + "&deviceId="
                + encoded(device));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "ChatSettings[" + url + ", tenant=" + tenant + ", token=***]";
    }
}
