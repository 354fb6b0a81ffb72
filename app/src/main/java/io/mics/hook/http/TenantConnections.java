package io.mics.hook.http;

import io.mics.hook.BackendRequest;
import io.mics.hook.HookOperation;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.Trust;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One tenant's connections to its backend, which no other tenant's calls use. */
final class TenantConnections implements AutoCloseable {
    private final ConnectionPool configured;
    private final ConnectionPool learned;
    private final AtomicReferenceArray<@Nullable Known> destinations =
            new AtomicReferenceArray<>(HookOperation.values().length);

    /** A base URL as it was last taken apart, which need not be done for each call. */
    private record Known(String baseUrl, Optional<Destination> to) {}

    TenantConnections(HttpClient client, Supplier<? extends AddressRule> learnedRule) {
        this.configured = client.pool(() -> AddressRule.ANY, Trust.JVM);
        this.learned = client.pool(learnedRule, Trust.JVM);
    }

    ConnectionPool of(BackendRequest request) {
        return request.learned() ? learned : configured;
    }

    /** Where an operation is asked; nothing when the URL is none. */
    Optional<Destination> destination(HookOperation operation, String baseUrl) {
        Known known = destinations.get(operation.ordinal());
        if (known == null || !known.baseUrl().equals(baseUrl)) {
            known = new Known(baseUrl, Destination.of(baseUrl + operation.path()));
            destinations.set(operation.ordinal(), known);
        }
        return known.to();
    }

    @Override
    public void close() {
        configured.close();
        learned.close();
    }
}
