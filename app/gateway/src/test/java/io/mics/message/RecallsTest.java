package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.PendingWrites;
import io.mics.hook.TenantBackend;
import io.mics.hook.dispatch.FakeHookClient;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.PostSendResultCache;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.hook.dispatch.ScriptedHooks;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.routing.delivery.GroupFanOut;
import io.mics.routing.delivery.LocalDelivery;
import io.mics.routing.directory.RecentSends;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecallsTest {
    private static final long OPERATORS_CONNECTION = 77;

    private record Got(String user, Delivery delivery, long except) {}

    private final ScriptedHooks hooks = new ScriptedHooks();
    private final List<Got> got = new ArrayList<>();
    private final List<HookEvent> hookEvents = new ArrayList<>();
    private final LocalDelivery devices = (tenant, user, delivery, except, writes) -> {
        got.add(new Got(user, delivery, except));
        return LocalDelivery.LocalOutcome.delivered(1);
    };
    private final Tenant tenant = new Tenant(new TenantConfig("t1", TenantSettings.DEFAULTS, Map.of()));
    private final Recalls recalls = new Recalls(
            new RecallPermission(
                    hooks.registry, id -> "", new PostSendResultCache(1_000, System::nanoTime), hooks, "open"::equals),
            new TenantBackend(
                    new Metrics(),
                    (operation, url, request, deadline) -> {
                        throw new AssertionError("all hooks are local");
                    },
                    Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of("g1", List.of("u1", "u2", "u3"))))),
            new GroupFanOut(devices, Optional.empty(), new FairScheduler(1)),
            hookEvents::add,
            new DeliveryIds(1),
            () -> 0);
    private final Sender sender = new Sender(
            tenant,
            "u1",
            "d1",
            OPERATORS_CONNECTION,
            "trace",
            new PendingWrites(),
            NodeLoad.forThisMachine().handling("t1"),
            RecentSends.NONE);

    RecallsTest() {
        tenant.learn(
                TenantRuntimeConfig.newBuilder()
                        .setHookBaseUrl(PlaygroundHooks.BASE_URL)
                        .build(),
                tenant.asking());
    }

    private OutboundFrame recall(String msgId, String conversation) {
        return recalls.recall(sender, new InboundFrame.Recall(msgId, conversation));
    }

    private void refuses(OutboundFrame answer, ErrorCode code, String why) {
        assertThat(answer).isInstanceOfSatisfying(OutboundFrame.Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.message()).contains(why);
        });
        assertThat(got).isEmpty();
        assertThat(hookEvents).isEmpty();
    }

    @Test
    void notifiesEveryDeviceOfBothUsersButTheOneThatAsked() {
        FakeHookClient crm = hooks.add(HookPoint.RECALL, "crm", "t1");
        Delivery answer = (Delivery) recall("m1", "single_u1_u2");
        assertThat(answer.isRecall()).isTrue();
        assertThat(answer.id()).isNotZero();
        assertThat(got).extracting(Got::user).containsExactly("u1", "u2");
        assertThat(got).allSatisfy(each -> {
            assertThat(each.delivery()).isSameAs(answer);
            assertThat(each.except()).isEqualTo(OPERATORS_CONNECTION);
        });
        FakeHookClient.Call asked = crm.next();
        assertThat(asked.context().attributes()).containsEntry("phase", "check");
        assertThat(asked.context().sessionId()).isEqualTo("single:u1:u2");
        RecallEvent event = (RecallEvent) asked.event();
        assertThat(event.messageId()).isEqualTo("m1");
        assertThat(event.operatorId()).isEqualTo("u1");
        assertThat(hookEvents).singleElement().isInstanceOfSatisfying(HookEvent.Recalled.class, published -> {
            assertThat(published.recall()).isEqualTo(event);
            assertThat(published.context().sessionId()).isEqualTo("single:u1:u2");
        });
        assertThat(hooks.executions)
                .singleElement()
                .satisfies(each -> assertThat(each.result()).isEqualTo("allow"));
    }

    @Test
    void notifiesEveryMemberOfAGroup() {
        hooks.add(HookPoint.RECALL, "crm", "t1");
        assertThat(recall("m1", "group:g1")).isInstanceOf(Delivery.class);
        assertThat(got).extracting(Got::user).containsExactly("u1", "u2", "u3");
    }

    @Test
    void refusesWithoutARecallHook() {
        refuses(recall("m1", "single:u1:u2"), ErrorCode.RECALL_REFUSED, "recall is not enabled");
        hooks.add(ScriptedHooks.of(
                HookPoint.RECALL, "shadow", "t1", ScriptedHooks.THREE, Guarantee.AT_LEAST_ONCE, Mode.SHADOW));
        refuses(recall("m1", "single:u1:u2"), ErrorCode.RECALL_REFUSED, "recall is not enabled");
    }

    @Test
    void refusesWhenOneHookSaysNoOrNothing() {
        hooks.add(HookPoint.RECALL, "crm", "t1");
        FakeHookClient law = hooks.add(HookPoint.RECALL, "law", "t1").permitting(new HookResponse.Answered<>(false));
        refuses(recall("m1", "single:u1:u2"), ErrorCode.RECALL_REFUSED, "denied by hook law");
        law.permitting(new HookResponse.Failed<>(HookResponse.Kind.TIMEOUT, "no answer in 5 s"));
        refuses(recall("m1", "single:u1:u2"), ErrorCode.RECALL_REFUSED, "no answer from recall hook law");
    }

    @Test
    void refusesWhatNamesNoMessageOrNoConversation() {
        hooks.add(HookPoint.RECALL, "crm", "t1");
        refuses(recall("", "single:u1:u2"), ErrorCode.INVALID, "1 to 128 printable");
        refuses(recall("a\nb", "single:u1:u2"), ErrorCode.INVALID, "1 to 128 printable");
        refuses(recall("x".repeat(129), "single:u1:u2"), ErrorCode.INVALID, "1 to 128 printable");
        refuses(recall("m1", ""), ErrorCode.INVALID, "conversationId must be");
        refuses(recall("m1", "single:u2:u3"), ErrorCode.INVALID, "does not name you");
        refuses(recall("m1", "single:u1:u2|"), ErrorCode.NO_RECIPIENT, "no such conversation");
        refuses(recall("m1", "group:"), ErrorCode.NO_RECIPIENT, "no such conversation");
        refuses(recall("m1", "group:nobody-knows"), ErrorCode.NO_RECIPIENT, "group members empty");
    }

    @Test
    void takesDeliveryAcksWholeOrNotAtAll() {
        DeliveryAcks acks = new DeliveryAcks(hookEvents::add);
        assertThat(acks.take(sender, new InboundFrame.DeliveryAck(List.of("m1", "m2"), "single:u2:u1")))
                .isEmpty();
        assertThat(hookEvents).hasSize(2).allSatisfy(event -> {
            HookEvent.Delivered delivered = (HookEvent.Delivered) event;
            assertThat(delivered.delivery().userId()).isEqualTo("u1");
            assertThat(delivered.delivery().ackType()).isEqualTo("client");
            assertThat(delivered.context().sessionId()).isEqualTo("single:u1:u2");
            assertThat(delivered.context().device()).isEqualTo("d1");
        });
        hookEvents.clear();
        assertThat(acks.take(sender, new InboundFrame.DeliveryAck(List.of("m1"), "")))
                .isEmpty();
        hookEvents.clear();
        List<String> most = Collections.nCopies(256, "x".repeat(128));
        assertThat(acks.take(sender, new InboundFrame.DeliveryAck(most, ""))).isEmpty();
        hookEvents.clear();
        List<String> many = Collections.nCopies(257, "m");
        refuses(acks.take(sender, new InboundFrame.DeliveryAck(many, "")).orElseThrow(), ErrorCode.INVALID, "1 to 256");
        refuses(
                acks.take(sender, new InboundFrame.DeliveryAck(List.of(), "")).orElseThrow(),
                ErrorCode.INVALID,
                "1 to 256");
        refuses(
                acks.take(sender, new InboundFrame.DeliveryAck(List.of("m1", ""), ""))
                        .orElseThrow(),
                ErrorCode.INVALID,
                "printable");
        refuses(
                acks.take(sender, new InboundFrame.DeliveryAck(List.of("m1"), "single:a:b"))
                        .orElseThrow(),
                ErrorCode.INVALID,
                "does not name you");
    }
}
