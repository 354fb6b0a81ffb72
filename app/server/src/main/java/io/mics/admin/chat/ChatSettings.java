package io.mics.admin.chat;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Who chats, where, and with whom.
 *
 * @param url    the gateway's WebSocket address, {@code ws://} or {@code wss://}
 * @param token  shown in the handshake's {@code Authorization} header, so that it stays out of access logs
 * @param target the conversation that lines go to until another is chosen
 */
record ChatSettings(URI url, String tenant, String token, String device, ChatTarget target) {
    /** Throws {@link IllegalArgumentException}, which names the one that is wrong; no recipient is the empty text. */
    static ChatSettings of(String url, String tenant, String token, String device, String to, String group) {
        if (!to.isEmpty() && !group.isEmpty()) {
            throw new IllegalArgumentException("--to and --group: name one of them");
        }
        return new ChatSettings(
                address(url),
                tenant,
                token,
                device,
                group.isEmpty() ? new ChatTarget(to, false) : new ChatTarget(group, true));
    }

    private static URI address(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && ("ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("--url: not a ws:// or wss:// address: " + url);
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
