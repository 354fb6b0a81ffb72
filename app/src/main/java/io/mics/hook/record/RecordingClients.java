package io.mics.hook.record;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;

/** Clients whose every call about a message is recorded; probes are none. */
public final class RecordingClients implements HookClient.Factory {
    private final HookClient.Factory clients;
    private final HookRecorder recorder;

    /** Those of {@code clients}, recorded by {@code recorder}. */
    public RecordingClients(HookClient.Factory clients, HookRecorder recorder) {
        this.clients = clients;
        this.recorder = recorder;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        HookClient client = clients.open(definition);
        return switch (definition.point()) {
            case PRE_SEND, POST_SEND, DELIVERY, RECALL -> new RecordingClient(definition, client, recorder);
            case ENTRY, LOGIN, HEARTBEAT -> client;
        };
    }
}
