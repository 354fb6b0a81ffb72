package io.mics.hook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A PEM file of certificates that a hook's own must be signed by. */
public final class CaFile {
    private CaFile() {}

    /**
     * The certificates in it, at least one.
     *
     * @throws IOException says in plain words why there are none
     */
    public static List<X509Certificate> read(String path) throws IOException {
        try (InputStream pem = Files.newInputStream(Path.of(path))) {
            List<X509Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IOException("no certificate in " + path);
            }
            return all;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + path, e);
        } catch (CertificateException e) {
            throw new IOException(path + " is not a PEM file of certificates", e);
        }
    }
}
