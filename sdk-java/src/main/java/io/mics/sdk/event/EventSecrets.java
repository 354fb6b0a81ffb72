package io.mics.sdk.event;

import java.util.List;

/** The secrets events may be signed with, by tenant. Asked for every event, so answer from memory. */
@FunctionalInterface
public interface EventSecrets {

    /**
     * Any of these may have made the signature: the {@code tenant_secret} given to the gateway in the answer to
     * {@code /auth}, or else the one configured there. Events wait in Kafka for days, so keep an old secret in this
     * list until everything signed with it was read. An empty string in the list accepts every event, signed or not; an
     * empty list means the tenant is unknown here, and its events are rejected.
     */
    List<String> accepted(String tenantId);
}
