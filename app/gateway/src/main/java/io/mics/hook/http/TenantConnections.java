package io.mics.hook.http;

import io.mics.hook.BackendOperation;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.TrustStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One tenant's connections to its backend, which no other tenant's calls use.
 *
 * <p>So not even a backend that mixes its answers up can tell one tenant what is said of another. An answer that comes
 * after a connection was looked at is recognised by {@code meta.request_id}, where it has one.
 */
final class TenantConnections implements AutoCloseable {
    private final ConnectionPool configured;
    private final ConnectionPool learned;
    private final Map<BackendOperation, Known> destinations = new ConcurrentHashMap<>();

    /** A base URL as it was last taken apart, which need not be done for each call. */
    private record Known(String baseUrl, Optional<Destination> to) {}

    TenantConnections(HttpClient client, Supplier<? extends AddressRule> learnedRule) {
        this.configured = client.pool(() -> AddressRule.ANY, TrustStore.JVM);
        this.learned = client.pool(learnedRule, TrustStore.JVM);
    }

    /** Those to where the configuration says, or to where an {@code /auth} answer did, under rules of their own. */
    ConnectionPool of(boolean isLearned) {
        return isLearned ? learned : configured;
    }

    /** Where an operation is asked; nothing when the URL is none. */
    Optional<Destination> destination(BackendOperation operation, String baseUrl) {
        Known known = destinations.get(operation);
        if (known == null || !known.baseUrl().equals(baseUrl)) {
            known = new Known(baseUrl, Destination.of(baseUrl + operation.path()));
            destinations.put(operation, known);
        }
        return known.to();
    }

    @Override
    public void close() {
        configured.close();
        learned.close();
    }
}
