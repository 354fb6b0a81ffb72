package io.mics.hook.dispatch;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.FakeAnswers;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
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
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException {
        if (!(request instanceof HookRequest.OfMessage<A> ofMessage)) {
            throw new AssertionError("not a hook of " + request.point());
        }
        Answers answers = switch (ofMessage) {
            case PreSendRequest asked -> throw new AssertionError("not a pre-send hook");
            case PostSendRequest sent -> new Answers(called(context, sent.message()));
            case DeliveryRequest delivered -> new Answers(called(context, delivered.delivery()));
            case RecallRequest.Check check -> {
                calls.add(new Call(context, check.recall()));
                yield new Answers(new HookResponse.Answered<>(Map.of()));
            }
            case RecallRequest.Notify recalled -> new Answers(called(context, recalled.recall()));
        };
        return answers.responseTo(request);
    }

    private final class Answers extends FakeAnswers {
        private final HookResponse<Map<String, String>> scripted;

        Answers(HookResponse<Map<String, String>> scripted) {
            this.scripted = scripted;
        }

        @Override
        public boolean permission() throws UnusableException {
            return answerOf(permission);
        }

        @Override
        public Map<String, String> result() throws UnusableException {
            return answerOf(scripted);
        }

        @Override
        public Acknowledged acknowledgement() throws UnusableException {
            answerOf(scripted);
            return Acknowledged.ACKNOWLEDGED;
        }
    }

    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) {
        return new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
    }

    @Override
    public void close() {}
}
