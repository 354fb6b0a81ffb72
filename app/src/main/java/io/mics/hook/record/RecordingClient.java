package io.mics.hook.record;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;

/** A hook's far end whose calls are recorded when they have ended; one that is interrupted is not. */
final class RecordingClient implements HookClient {
    private final HookDefinition definition;
    private final HookClient client;
    private final HookRecorder recorder;

    /** A call to be made. */
    private interface Making<A> {
        HookResponse<A> make() throws InterruptedException;
    }

    RecordingClient(HookDefinition definition, HookClient client, HookRecorder recorder) {
        this.definition = definition;
        this.client = client;
        this.recorder = recorder;
    }

    @Override
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline)
            throws InterruptedException {
        return recorded(context, new HookRequest.Draft(draft), () -> client.preSend(context, draft, deadline));
    }

    @Override
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        return recorded(context, new HookRequest.Sent(message), () -> client.postSend(context, message, deadline));
    }

    @Override
    public HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return recorded(context, new HookRequest.Delivered(delivery), () -> client.delivery(context, delivery, deadline));
    }

    @Override
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline)
            throws InterruptedException {
        return recorded(context, new HookRequest.Permission(recall), () -> client.permits(context, recall, deadline));
    }

    @Override
    public HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        return recorded(context, new HookRequest.Recalled(recall), () -> client.recall(context, recall, deadline));
    }

    private <A> HookResponse<A> recorded(HookContext context, HookRequest request, Making<A> call) throws InterruptedException {
        long start = System.nanoTime();
        HookResponse<A> response = call.make();
        recorder.record(definition, context, request, response, System.nanoTime() - start);
        return response;
    }

    @Override
    public HookResponse<Taken> probe(Deadline deadline) throws InterruptedException {
        return client.probe(deadline);
    }

    @Override
    public void close() {
        client.close();
    }
}
