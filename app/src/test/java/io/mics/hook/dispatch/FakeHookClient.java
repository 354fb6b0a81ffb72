package io.mics.hook.dispatch;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of a hook that answers as the test says, and remembers its calls. */
public final class FakeHookClient implements HookClient {
    private static final long PATIENCE_SECONDS = 40;

    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private volatile Script script = call -> new HookResponse.Answered<>(Map.of());
    private volatile HookResponse<Boolean> permission = new HookResponse.Answered<>(true);

    /** One call; {@code event} is a record, a delivery or a recall. */
    public record Call(HookContext context, Object event) {
        /** The message it is about. */
        public String messageId() {
            return switch (event) {
                case MessageRecord message -> message.messageId();
                case DeliveryEvent delivery -> delivery.messageId();
                case RecallEvent recall -> recall.messageId();
                case Object other -> throw new AssertionError(other);
            };
        }
    }

    /** What it answers. */
    public interface Script {
        /** The answer to one call; may block. */
        HookResponse<Map<String, String>> answer(Call call) throws InterruptedException;
    }

    /** Answers like this from now on. */
    public FakeHookClient answering(Script other) {
        script = other;
        return this;
    }

    /** Fails every call from now on. */
    public FakeHookClient failing() {
        return answering(call -> new HookResponse.Failed<>(HookResponse.Kind.ERROR, "broken"));
    }

    /** Answers this when it is asked for permission. */
    public FakeHookClient permitting(HookResponse<Boolean> answer) {
        permission = answer;
        return this;
    }

    /** The next call it got. */
    public Call next() {
        try {
            Call call = calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (call == null) {
                throw new AssertionError("the hook was not called");
            }
            return call;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The calls nobody has looked at yet. */
    public List<Call> unseen() {
        return List.copyOf(calls);
    }

    private HookResponse<Map<String, String>> called(HookContext context, Object event) throws InterruptedException {
        Call call = new Call(context, event);
        calls.add(call);
        return script.answer(call);
    }

    @Override
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline) {
        throw new AssertionError("not a pre-send hook");
    }

    @Override
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        return called(context, message);
    }

    @Override
    public HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return taken(called(context, delivery));
    }

    @Override
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline) {
        calls.add(new Call(context, recall));
        return permission;
    }

    @Override
    public HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        return taken(called(context, recall));
    }

    private static HookResponse<Taken> taken(HookResponse<Map<String, String>> response) {
        return switch (response) {
            case HookResponse.Answered<Map<String, String>> answered -> new HookResponse.Answered<>(Taken.TAKEN);
            case HookResponse.Failed<Map<String, String>> failed -> new HookResponse.Failed<>(failed.kind(), failed.cause());
        };
    }

    @Override
    public HookResponse<Taken> probe(Deadline deadline) {
        return new HookResponse.Answered<>(Taken.TAKEN);
    }

    @Override
    public void close() {}
}
