package io.mics.hook.record;

import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;

/** Clients whose every call about a message is recorded; probes are none. */
public final class RecordingClients implements HookClientFactory {
    private final HookClientFactory clients;
    private final HookRecorder recorder;

    /** Those of {@code clients}, recorded by {@code recorder}. */
    public RecordingClients(HookClientFactory clients, HookRecorder recorder) {
        this.clients = clients;
        this.recorder = recorder;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        HookClient client = clients.open(definition);
        return definition.point().isOfMessages() ? new RecordingClient(definition, client, recorder) : client;
    }
}
