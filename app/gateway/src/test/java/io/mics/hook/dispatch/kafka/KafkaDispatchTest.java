package io.mics.hook.dispatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.DeadLetters;
import io.mics.event.Event;
import io.mics.event.kafka.KafkaDeadLetterBrowser;
import io.mics.hook.dispatch.DispatchContract;
import io.mics.hook.dispatch.FakeHookClient;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.ScriptedHooks;
import io.mics.hook.point.HookPoint;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import java.util.concurrent.atomic.AtomicInteger;
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
