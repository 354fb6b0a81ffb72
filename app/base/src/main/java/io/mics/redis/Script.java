package io.mics.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A script that runs on Redis, a resource {@code redis/*.lua}; whoever asks something of Redis has its own. The head of
 * the file says what its keys and arguments are and what it returns. Scripts need Redis 6.2, use no cross-slot keys,
 * and read the time of Redis only.
 *
 * @param source the text of the script
 * @param digest what Redis knows it by once it ran
 */
public record Script(String source, String digest) {
    static final Script PROBE = load("probe");
    static final Script PUBLISH = load("publish");
    static final Script DESCRIBE_SERVER = load("describe-server");

    /** The script {@code redis/{name}.lua}; to be loaded once. */
    public static Script load(String name) {
        String resource = "/redis/" + name + ".lua";
        try (InputStream in = Script.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + resource);
            }
            byte[] source = in.readAllBytes();
            String digest =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
            return new Script(new String(source, StandardCharsets.UTF_8), digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
