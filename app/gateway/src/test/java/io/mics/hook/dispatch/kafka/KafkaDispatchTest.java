package io.mics.hook.dispatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.DeadLetters;
import io.mics.event.Event;
import io.mics.event.kafka.KafkaDeadLetterBrowser;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.hook.dispatch.DispatchContract;
import io.mics.hook.dispatch.FakeHookClient;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.ScriptedHooks;
import io.mics.hook.point.HookPoint;
import io.mics.observe.TraceId;
import io.mics.protocol.StoredMessage;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaDispatchTest extends DispatchContract {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final ScriptedHooks HOOKS = new ScriptedHooks();
    private static KafkaBroker broker;
    private static Dispatch dispatch;

    KafkaDispatchTest() {
        super(HOOKS);
    }

    @BeforeAll
    static void start() {
        broker = KafkaBroker.running();
        dispatch = new Dispatch(broker.bootstrapServers(), HOOKS);
    }

    @AfterAll
    static void stop() {
        dispatch.close();
        broker.close();
    }

    @Override
    protected String newTenant() {
        return "k" + TENANTS.incrementAndGet();
    }

    @Override
    protected void publish(Event event) {
        assertThat(dispatch.log.publish(event)).isTrue();
    }

    @Override
    protected void publish(HookEvent event) {
        dispatch.dispatch.hookEvents().publish(event);
    }

    @Override
    protected void publish(String tenant, StoredMessage stored) {
        publish(tenant, stored, false);
    }

    private static void publish(String tenant, StoredMessage stored, boolean repeated) {
        Headers headers = new RecordHeaders();
        KafkaHookHeaders.put(headers, KafkaHookHeaders.EVENT, PersistedEventCodec.PERSISTED);
        KafkaHookHeaders.put(headers, KafkaHookHeaders.IDENTITY, Long.toString(stored.messageId()));
        KafkaHookHeaders.put(
                headers, KafkaHookHeaders.TRACEPARENT, TraceId.traceparent("0af7651916cd43dd8448eb211c80319c"));
        if (repeated) {
            KafkaHookHeaders.put(headers, KafkaHookHeaders.REPEATED, "true");
        }
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                "im-mics-" + tenant + "-persisted",
                null,
                stored.conversation().id(),
                PersistedEventCodec.write(tenant, stored, true),
                headers);
        try {
            assertThat(dispatch.sender.send(record.topic(), List.of(record)).failed())
                    .isFalse();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStoredMessageThatIsPublishedAgainNotifiesNobodyTwice() {
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant);
        publish(tenant, stored(7), false);
        publish(tenant, stored(7), true);
        publish(tenant, stored(8), true);
        publish(tenant, stored(8), true);
        publish(tenant, stored(9), false);
        assertThat(List.of(
                        crm.next().messageId(),
                        crm.next().messageId(),
                        crm.next().messageId()))
                .containsExactlyInAnyOrder("7", "8", "9");
        Await.until("nothing is in flight", () -> dispatch.dispatch.size() == 0);
        assertThat(crm.unseen()).isEmpty();
    }

    @Override
    protected DeadLetters deadLetters() {
        return new KafkaDeadLetterBrowser(Dispatch.settings(broker.bootstrapServers()));
    }

    @Test
    void passesOverWhatIsNoTenantsOfOurs() {
        FakeHookClient others = hooks.add(HookPoint.POST_SEND, "crm", "unknown");
        String tenant = newTenant();
        FakeHookClient crm = hooks.add(HookPoint.POST_SEND, "crm", tenant);
        publish(message("unknown", "u1", "m1"));
        Await.until("the first is read", () -> dispatch.skipped.get() >= 1);
        publish(message("unknown", "u1", "m2"));
        Await.until("the first is done with", () -> dispatch.skipped.get() >= 2);
        publish(message(tenant, "u1", "m1"));
        assertThat(crm.next().messageId()).isEqualTo("m1");
        Await.until("nothing is in flight", () -> dispatch.dispatch.size() == 0);
        assertThat(others.unseen()).isEmpty();
    }
}
