package io.mics.hook.record;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.sdk.plugin.HookContext;

/** A client whose calls about messages are recorded when they have ended; one that is interrupted is not. */
final class RecordingClient implements HookClient {
    private final HookDefinition definition;
    private final HookClient client;
    private final HookRecorder recorder;

    RecordingClient(HookDefinition definition, HookClient client, HookRecorder recorder) {
        this.definition = definition;
        this.client = client;
        this.recorder = recorder;
    }

    @Override
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException {
        long start = System.nanoTime();
        HookResponse<A> response = client.call(context, request, deadline);
        if (request instanceof HookRequest.OfMessage<A> ofMessage) {
            recorder.record(definition, context, ofMessage, response, System.nanoTime() - start);
        }
        return response;
    }

    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException {
        return client.probe(deadline);
    }

    @Override
    public void close() {
        client.close();
    }
}
