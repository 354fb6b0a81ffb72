package io.mics.hook.dispatch;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.Reply;
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
    private volatile Script script = call -> new Reply.Answered<>(Map.of());
    private volatile Reply<Boolean> permission = new Reply.Answered<>(true);

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
        Reply<Map<String, String>> answer(Call call) throws InterruptedException;
    }

    /** Answers like this from now on. */
    public FakeHookClient answering(Script other) {
        script = other;
        return this;
    }

    /** Fails every call from now on. */
    public FakeHookClient failing() {
        return answering(call -> new Reply.Failed<>(Reply.Kind.ERROR, "broken"));
    }

    /** Answers this when it is asked for permission. */
    public FakeHookClient permitting(Reply<Boolean> answer) {
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

    private Reply<Map<String, String>> called(HookContext context, Object event) throws InterruptedException {
        Call call = new Call(context, event);
        calls.add(call);
        return script.answer(call);
    }

    @Override
    public Reply<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline) {
        throw new AssertionError("not a pre-send hook");
    }

    @Override
    public Reply<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        return called(context, message);
    }

    @Override
    public Reply<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return taken(called(context, delivery));
    }

    @Override
    public Reply<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline) {
        calls.add(new Call(context, recall));
        return permission;
    }

    @Override
    public Reply<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        return taken(called(context, recall));
    }

    private static Reply<Taken> taken(Reply<Map<String, String>> reply) {
        return switch (reply) {
            case Reply.Answered<Map<String, String>> answered -> new Reply.Answered<>(Taken.TAKEN);
            case Reply.Failed<Map<String, String>> failed -> new Reply.Failed<>(failed.kind(), failed.cause());
        };
    }

    @Override
    public Reply<Taken> probe(Deadline deadline) {
        return new Reply.Answered<>(Taken.TAKEN);
    }

    @Override
    public void close() {}
}
