package io.mics.hook.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.event.DeadLetters;
import io.mics.event.Event;
import io.mics.event.EventLogContract;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.testing.Await;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What hooks outside the sender's thread may rely on, whatever holds the events meanwhile. */
public abstract class DispatchContract {

    protected final ScriptedHooks hooks;

    protected DispatchContract(ScriptedHooks hooks) {
        this.hooks = hooks;
    }

    /** A tenant no other test uses. */
    protected abstract String newTenant();

    /** Publishes an event. */
    protected abstract void publish(Event event);

    /** Publishes what no event is about. */
    protected abstract void publish(HookEvent event);

    /** Publishes that a durable tenant's message is stored. */
    protected abstract void publish(String tenant, StoredMessage stored);

    /** The dead letters. */
    protected abstract DeadLetters deadLetters();

    protected static StoredMessage stored(long id) {
        return new StoredMessage(
                new ConversationRef.Group("g1"),
                id,
                id,
                "u1",
                "d1",
                "m" + id,
                "image",
                ByteString.copyFromUtf8("body " + id),
                Map.of("width", "3"),
                1_700_000_000_123L,
                0,
                0,
                0);
    }

    protected static Event message(String tenant, String user, String id) {
        return EventLogContract.message(tenant, user, id);
    }

    protected static DeadLetters.Filter ofHook(String tenant, String hook) {
        return new DeadLetters.Filter(tenant, Optional.empty(), Instant.MIN, Instant.MAX, "", hook);
    }

    protected List<DeadLetters.DeadLetter> dead(DeadLetters.Filter filter) {
        return deadLetters().list(filter, 100) instanceof DeadLetters.Listing.Found found ? found.letters() : List.of();
    }

    protected List<DeadLetters.DeadLetter> awaitDead(DeadLetters.Filter filter, int count) {
        return awaitDead(filter, letters -> letters.size() >= count);
    }

    private List<DeadLetters.DeadLetter> awaitDead(
            DeadLetters.Filter filter, Predicate<List<DeadLetters.DeadLetter>> wanted) {
        AtomicReference<List<DeadLetters.DeadLetter>> letters = new AtomicReference<>(List.of());
        Await.until("the letters", () -> {
            letters.set(dead(filter));
            return wanted.test(letters.get());
        });
        return letters.get();
    }

    @Test
    void notifiesEveryHookOfAMessage() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant);
        FakeHookClient stats = hooks.add(HookPoint.POST_SEND, "stats", tenant);
        publish(message(tenant, "u1", "m1"));
        FakeHookClient.Call call = crm.next();
        MessageRecord record = (MessageRecord) call.event();
        assertThat(record.messageId()).isEqualTo("m1");
        assertThat(record.sender()).isEqualTo("u1");
        assertThat(record.conversationId()).isEqualTo("single:u1:u2");
        assertThat(new String(record.payload(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("body m1");
        assertThat(call.context().tenant()).isEqualTo(tenant);
        assertThat(call.context().messageType()).isEqualTo("text");
        assertThat(call.context().sessionType()).isEqualTo("single");
        assertThat(call.context().sender()).isEqualTo("u1");
        assertThat(call.context().device()).isEqualTo("d1");
        assertThat(call.context().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(call.context().attempt()).isEqualTo(1);
        assertThat(call.context().idempotencyKey()).hasSize(32);
        assertThat(stats.next().messageId()).isEqualTo("m1");
    }

    @Test
    void notifiesHooksOfStoredMessagesAndCallsAgainUnderTheSameKey() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant)
                .answering(call -> call.context().attempt() < 2
                        ? new HookResponse.Failed<>(HookResponse.Kind.UNREACHABLE, "refused")
                        : new HookResponse.Answered<>(Map.of()));
        publish(tenant, stored(7));
        FakeHookClient.Call first = crm.next();
        FakeHookClient.Call second = crm.next();
        for (FakeHookClient.Call call : List.of(first, second)) {
            MessageRecord record = (MessageRecord) call.event();
            assertThat(record.messageId()).isEqualTo("7");
            assertThat(record.clientMessageId()).isEqualTo("m7");
            assertThat(record.conversationId()).isEqualTo("group:g1");
            assertThat(record.sender()).isEqualTo("u1");
            assertThat(record.sessionType()).isEqualTo("group");
            assertThat(record.messageType()).isEqualTo("image");
            assertThat(record.persistedAt()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
            assertThat(new String(record.payload(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("body 7");
            assertThat(record.metadata()).isEqualTo(Map.of("width", "3"));
            assertThat(call.context().device()).isEqualTo("d1");
            assertThat(call.context().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        }
        assertThat(second.context().idempotencyKey())
                .hasSize(32)
                .isEqualTo(first.context().idempotencyKey());
        assertThat(second.context().attempt()).isEqualTo(2);
    }

    @Test
    void callsAgainUnderTheSameKeyAndCountsTheAttempts() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant)
                .answering(call -> call.context().attempt() < 3
                        ? new HookResponse.Failed<>(HookResponse.Kind.UNREACHABLE, "refused")
                        : new HookResponse.Answered<>(Map.of()));
        publish(message(tenant, "u1", "m1"));
        List<FakeHookClient.Call> calls = List.of(crm.next(), crm.next(), crm.next());
        assertThat(calls).extracting(call -> call.context().attempt()).containsExactly(1, 2, 3);
        assertThat(calls)
                .extracting(call -> call.context().idempotencyKey())
                .containsOnly(calls.getFirst().context().idempotencyKey());
        assertThat(dead(ofHook(tenant, "*"))).isEmpty();
    }

    @Test
    void deadLettersAfterTheLastAttemptAndReplaysToThatHookAlone() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant).failing();
        FakeHookClient stats = hooks.add(HookPoint.POST_SEND, "stats", tenant);
        publish(message(tenant, "u1", "m1"));
        publish(message(tenant, "u1", "m2"));
        List<DeadLetters.DeadLetter> letters = awaitDead(ofHook(tenant, "crm"), 2);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.hook()).isEqualTo("crm");
            assertThat(letter.point()).isEqualTo("post-send");
            assertThat(letter.cause()).isEqualTo("error: broken");
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.user()).isEqualTo("u1");
            assertThat(letter.replayable()).isTrue();
        });
        assertThat(dead(ofHook(tenant, "stats"))).isEmpty();
        assertThat(dead(ofHook(tenant, ""))).isEmpty();
        for (int i = 0; i < 6; i++) {
            crm.next();
        }
        assertThat(List.of(stats.next().messageId(), stats.next().messageId())).containsExactlyInAnyOrder("m1", "m2");

        crm.answering(call -> new HookResponse.Answered<>(Map.of()));
        assertThat(deadLetters().replay(ofHook(tenant, "crm"), 1)).isEqualTo(done(1, true));
        FakeHookClient.Call again = crm.next();
        assertThat(again.context().attempt()).isEqualTo(1);
        assertThat(deadLetters().replay(ofHook(tenant, "crm"), 10)).isEqualTo(done(1, false));
        assertThat(crm.next().messageId()).isNotEqualTo(again.messageId());
        assertThat(deadLetters().replay(ofHook(tenant, "crm"), 10)).isEqualTo(done(0, false));
        assertThat(dead(ofHook(tenant, "*"))).isEmpty();
        assertThat(stats.unseen()).isEmpty();
    }

    private static DeadLetters.Replaying.Done done(int replayed, boolean more) {
        return new DeadLetters.Replaying.Done(replayed, 0, 0, more);
    }

    @Test
    void letsALetterDieAgain() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant).failing();
        publish(message(tenant, "u1", "m1"));
        String first = awaitDead(ofHook(tenant, "crm"), 1).getFirst().id();
        assertThat(deadLetters().replay(ofHook(tenant, "crm"), 10)).isEqualTo(done(1, false));
        List<DeadLetters.DeadLetter> again = awaitDead(
                ofHook(tenant, "crm"),
                letters -> letters.stream().anyMatch(letter -> !letter.id().equals(first)));
        assertThat(again).hasSize(1);
        assertThat(crm.unseen()).hasSize(6);
    }

    @Test
    void holdsNobodyBackBehindASlowHook() throws InterruptedException {
        String tenant = newTenant();
        String other = newTenant();
        CountDownLatch stuck = new CountDownLatch(1);
        FakeHookClient slow = hooks.add(HookPoint.POST_SEND, "slow", tenant).answering(call -> {
            stuck.await();
            return new HookResponse.Answered<>(Map.of());
        });
        FakeHookClient fast = hooks.add(HookPoint.POST_SEND, "fast", tenant);
        FakeHookClient others = hooks.add(HookPoint.POST_SEND, "others", other);
        Set<String> sent = new HashSet<>();
        for (int i = 0; i < 1_500; i++) {
            publish(message(tenant, "u" + i % 7, "m" + i));
            sent.add("m" + i);
        }
        publish(message(other, "u1", "x"));
        assertThat(others.next().messageId()).isEqualTo("x");
        Set<String> called = new HashSet<>();
        for (int i = 0; i < 1_500; i++) {
            called.add(fast.next().messageId());
        }
        assertThat(called).isEqualTo(sent);
        stuck.countDown();
        Set<String> late = new HashSet<>();
        while (late.size() < sent.size()) {
            late.add(slow.next().messageId());
        }
        assertThat(late).isEqualTo(sent);
    }

    @Test
    void callsAnAtMostOnceHookOnceEvenWhenItFails() {
        String tenant = newTenant();
        FakeHookClient once = hooks.add(ScriptedHooks.of(
                        HookPoint.POST_SEND, "once", tenant, ScriptedHooks.THREE, Guarantee.AT_MOST_ONCE, Mode.ENFORCE))
                .failing();
        publish(message(tenant, "u1", "m1"));
        assertThat(awaitDead(ofHook(tenant, "once"), 1).getFirst().attempts()).isEqualTo(1);
        assertThat(once.unseen()).hasSize(1);
    }

    @Test
    void notifiesOfDeliveriesAndRecallsAndHandsAnAnswerBack() {
        String tenant = newTenant();
        FakeHookClient seen = hooks.add(HookPoint.DELIVERY, "seen", tenant);
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant)
                .answering(call -> new HookResponse.Answered<>(Map.of("ticket", "17")));
        hooks.add(HookPoint.RECALL, "crm", tenant);
        publish(message(tenant, "u1", "m1"));
        assertThat(crm.next().messageId()).isEqualTo("m1");

        Instant at = Instant.ofEpochMilli(1_700_000_000_000L);
        publish(HookEvents.delivered(
                tenant,
                "single:u1:u2",
                "d2",
                "0af7651916cd43dd8448eb211c80319c",
                new DeliveryEvent("m1", "u2", "client", at)));
        FakeHookClient.Call delivered = seen.next();
        assertThat(delivered.event()).isEqualTo(new DeliveryEvent("m1", "u2", "client", at));
        assertThat(delivered.context().sessionId()).isEqualTo("single:u1:u2");
        assertThat(delivered.context().device()).isEqualTo("d2");
        assertThat(delivered.context().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");

        crm.answering(call -> new HookResponse.Answered<>(Map.of()));
        publish(HookEvents.recalled(tenant, "single:u1:u2", "d1", "trace", new RecallEvent("m1", "u1", at, Map.of())));
        FakeHookClient.Call recalled = crm.next();
        assertThat(recalled.event()).isEqualTo(new RecallEvent("m1", "u1", at, Map.of("ticket", "17")));
        assertThat(recalled.context().attributes()).containsEntry("phase", "notify");
    }

    @Test
    void aRecallHookThatKnowsOneCallOnlyIsNotNotifiedAfterwards() {
        String tenant = newTenant();
        FakeHookClient single = hooks.add(unnotified(ScriptedHooks.of(
                HookPoint.RECALL, "single", tenant, ScriptedHooks.THREE, Guarantee.AT_LEAST_ONCE, Mode.ENFORCE)));
        FakeHookClient both = hooks.add(HookPoint.RECALL, "both", tenant);
        Instant at = Instant.ofEpochMilli(1_700_000_000_000L);
        publish(HookEvents.recalled(tenant, "single:u1:u2", "d1", "trace", new RecallEvent("m1", "u1", at, Map.of())));
        publish(HookEvents.recalled(tenant, "single:u1:u2", "d1", "trace", new RecallEvent("m2", "u1", at, Map.of())));
        String one = both.next().messageId();
        String other = both.next().messageId();
        assertThat(List.of(one, other)).containsExactlyInAnyOrder("m1", "m2");
        assertThat(single.unseen()).isEmpty();
    }

    private static HookDefinition unnotified(HookDefinition d) {
        return new HookDefinition(
                d.point(),
                d.name(),
                d.version(),
                d.priority(),
                d.match(),
                d.rollout(),
                d.mode(),
                d.target(),
                d.policy(),
                d.retry(),
                d.guarantee(),
                d.sample(),
                false);
    }

    @Test
    void deadLettersWhatAHookThatIsGoneWasToBeSent() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant);
        crm.answering(call -> {
            hooks.remove("crm", tenant);
            return new HookResponse.Failed<>(HookResponse.Kind.ERROR, "broken");
        });
        publish(message(tenant, "u1", "m1"));
        assertThat(awaitDead(ofHook(tenant, "crm"), 1).getFirst().cause())
                .isEqualTo("the hook is not configured any more");
    }
}
