package io.mics.sdk.sign;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Signs the bodies of webhooks, and checks such signatures. Safe for any number of threads, and cheap to call again:
 * keep one per webhook.
 *
 * <p>The header {@code X-Hook-Signature} is {@code sha256=} and the hex HMAC-SHA256 of what is signed: the text of
 * {@code X-Hook-Timestamp}, a dot and the body, or in the older form the body alone. While a secret is replaced there
 * are two and the header carries a signature of each, separated by a comma: it is genuine when any of them is.
 */
public final class WebhookSigner {
    private static final String SCHEME = "sha256=";
    private static final byte[] NOTHING = {};

    private final List<HmacPool> secrets;

    /** Signs with each of the secrets, whose UTF-8 bytes are the keys. None signs nothing: every sign is empty. */
    public WebhookSigner(List<String> secrets) {
        this.secrets = secrets.stream().map(HmacPool::new).toList();
    }

    /** The header's value for a body sent at a time. */
    public String sign(String timestamp, byte[] body) {
        return signed((timestamp + ".").getBytes(StandardCharsets.UTF_8), body);
    }

    /** The header's value in the older form. */
    public String sign(byte[] body) {
        return signed(NOTHING, body);
    }

    /** Whether a header's value is that of a body sent at a time. How old the time may be is the caller's to judge. */
    public boolean isGenuine(String header, String timestamp, byte[] body) {
        return anyEqual(header, sign(timestamp, body));
    }

    /** Whether a header's value is that of a body, in the older form. */
    public boolean isGenuine(String header, byte[] body) {
        return anyEqual(header, sign(body));
    }

    private String signed(byte[] before, byte[] body) {
        StringBuilder header = new StringBuilder();
        for (HmacPool secret : secrets) {
            header.append(header.isEmpty() ? "" : ",")
                    .append(SCHEME)
                    .append(HexFormat.of().formatHex(secret.code(before, body)));
        }
        return header.toString();
    }

    private static boolean anyEqual(String header, String expected) {
        boolean genuine = false;
        for (String theirs : header.split(",", -1)) {
            for (String ours : expected.split(",", -1)) {
                genuine |= !ours.isEmpty() && MessageDigest.isEqual(bytes(theirs.strip()), bytes(ours));
            }
        }
        return genuine;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
