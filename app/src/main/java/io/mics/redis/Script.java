package io.mics.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The scripts that run on Redis, one resource {@code redis/*.lua} each. The head of the file says what its keys and
 * arguments are and what it returns. They need Redis 6.2, use no cross-slot keys, and read the time of Redis only.
 */
public enum Script {
    REGISTER_ROUTE,
    UNREGISTER_ROUTE,
    RENEW_ROUTE,
    FIND_ROUTES,
    SWEEP_ROUTES,
    INDEX_USERS,
    FORGET_USERS,
    PICK_USERS,
    ADMIT_CONNECTION,
    RELEASE_CONNECTION,
    COUNT_CONNECTIONS,
    SHARE_RATE,
    JOIN_NODE,
    RENEW_NODE,
    LEAVE_NODE,
    DESCRIBE_SERVER,
    FIND_HOOKS,
    REPLACE_HOOKS,
    PROBE,
    PUBLISH;

    private final String source;
    private final String digest;

    Script() {
        String resource = "/redis/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".lua";
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + resource);
            }
            source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The text of the script. */
    public String source() {
        return source;
    }

    /** What Redis knows it by once it ran. */
    public String digest() {
        return digest;
    }
}
