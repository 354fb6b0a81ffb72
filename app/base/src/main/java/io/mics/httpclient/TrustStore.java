package io.mics.httpclient;

import io.mics.httpclient.AddressRule.ForbiddenException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whose certificates are trusted. Nothing of TLS is loaded before the first connection that needs it. */
public final class TrustStore {
    /** Whom the JVM trusts. */
    public static final TrustStore JVM = new TrustStore(SSLContext::getDefault);

    private final Source source;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable SSLSocketFactory loaded;

    /** Makes the context when it is first needed. */
    private interface Source {
        SSLContext context() throws GeneralSecurityException, IOException;
    }

    /** Certificates, read when they are first needed. */
    public interface Certificates {
        /** At least one; what it throws says in plain words why there are none. */
        List<X509Certificate> read() throws IOException;
    }

    private TrustStore(Source source) {
        this.source = source;
    }

    /** Trusts these authorities and no other. */
    public static TrustStore of(Certificates authorities) {
        return new TrustStore(() -> {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            List<X509Certificate> all = authorities.read();
            for (int i = 0; i < all.size(); i++) {
                store.setCertificateEntry("ca-" + i, all.get(i));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        });
    }

    /** Sockets under this trust; loads what they need the first time. */
    SSLSocketFactory sockets() throws ForbiddenException {
        SSLSocketFactory known = loaded;
        return known != null ? known : load();
    }

    private SSLSocketFactory load() throws ForbiddenException {
        loading.lock();
        try {
            SSLSocketFactory known = loaded;
            if (known == null) {
                known = source.context().getSocketFactory();
                loaded = known;
            }
            return known;
        } catch (GeneralSecurityException e) {
            throw new ForbiddenException("TLS is not available: " + e.getMessage());
        } catch (IOException e) {
            throw new ForbiddenException(String.valueOf(e.getMessage()));
        } finally {
            loading.unlock();
        }
    }
}
