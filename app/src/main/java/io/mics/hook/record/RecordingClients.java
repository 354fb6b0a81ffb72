package io.mics.hook.record;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;

/** Clients whose every call of a hook is recorded; probes are none. */
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
        return new RecordingClient(definition, clients.open(definition), recorder);
    }
}
