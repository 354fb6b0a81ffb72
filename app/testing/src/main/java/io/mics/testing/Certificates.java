package io.mics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Keys with self-signed certificates, made with the JDK's own tool and written to a folder as PEM. */
public final class Certificates {
    private static final String PASSWORD = "password";
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final Path folder;

    /** Keeps its files in {@code folder}. */
    public Certificates(Path folder) {
        this.folder = folder;
    }

    /** One key. The certificate is PEM, in a file and as text. */
    public record Identity(Path certificate, Path key, Path store, String pem) {
        /** What a server presents with this key. */
        public SSLContext context() throws GeneralSecurityException, IOException {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        }
    }

    /** Makes a key for a host written as {@code ip:127.0.0.1} or {@code dns:name}. */
    public Identity selfSigned(String name, String host)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + host,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        String pem = pem("CERTIFICATE", keys.getCertificate(name).getEncoded());
        byte[] key = keys.getKey(name, PASSWORD.toCharArray()).getEncoded();
        return new Identity(
                Files.writeString(folder.resolve(name + ".pem"), pem),
                Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key)),
                store,
                pem);
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + PEM.encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }
}
