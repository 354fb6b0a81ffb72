package io.mics.hook.local;

import static io.mics.hook.local.PluginCalls.PATIENCE;
import static io.mics.hook.local.PluginCalls.answered;
import static io.mics.hook.local.PluginCalls.ask;
import static io.mics.hook.local.PluginCalls.context;
import static io.mics.hook.local.PluginCalls.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.EntryRequest;
import io.mics.hook.point.HeartbeatRequest;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.hook.point.LoginRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.DeliveryHook;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.LoginHook;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.PostSendHook;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.sdk.plugin.RecallHook;
import io.mics.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PluginClientTest {
    private static final HookResponse<Acknowledged> TAKEN = new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
    private static final RecallEvent RECALL = new RecallEvent("m1", "op", Instant.EPOCH, Map.of("case", "7"));

    @TempDir
    Path plugins;

    @Test
    void asksAPreSendHookWithItsSettingsAsAttributes() throws Exception {
        PluginJars.preSend(plugins, "Words", """
            return new String(draft.payload()).equals(context.attributes().get("word"))
                    ? new HookResult.Stop(4711, "not that word")
                    : new HookResult.Continue(draft, context.attributes());\
            """);
        try (PluginClient client =
                PluginCalls.open(plugins, HookPoint.PRE_SEND, "acme.Words", Map.of("word", "darn"))) {
            MessageDraft draft = PluginCalls.draft("hi");

            assertThat(ask(client, "darn"))
                    .isEqualTo(new HookResponse.Answered<>(new HookResult.Stop(4711, "not that word")));
            assertThat(client.call(context("t1"), new PreSendRequest(draft), Deadline.after(PATIENCE)))
                    .as("what was not changed is the same, not a copy")
                    .isEqualTo(new HookResponse.Answered<>(new HookResult.Continue(draft, Map.of("word", "darn"))));
        }
    }

    @Test
    void notifiesAPostSendHookAndReturnsItsResult() throws Exception {
        PluginJars.write(plugins.resolve("crm.jar"), PostSendHook.class, "acme.Crm", """
            package acme;
            import io.mics.sdk.plugin.*;
            import java.util.Map;
            public class Crm implements PostSendHook {
                public Map<String, String> handle(HookContext context, MessageRecord message) {
                    return message.sender().equals("u1") ? Map.of("case", message.messageId()) : null;
                }
            }
            """);
        try (PluginClient client = PluginCalls.open(plugins, HookPoint.POST_SEND, "acme.Crm", Map.of())) {
            assertThat(client.call(context("t1"), new PostSendRequest(message("u1")), Deadline.after(PATIENCE)))
                    .isEqualTo(new HookResponse.Answered<>(Map.of("case", "m1")));
            assertThat(failed(client.call(context("t1"), new PostSendRequest(message("u2")), Deadline.after(PATIENCE)))
                            .kind())
                    .isEqualTo(Kind.UNDECODABLE);
        }
    }

    private static MessageRecord message(String sender) {
        return new MessageRecord(
                "m1", "c1", "single:u1:u2", sender, "single", "text", Instant.EPOCH, new byte[0], Map.of());
    }

    @Test
    void asksEntryAndLoginHooksAndNotifiesAHeartbeatHook() throws Exception {
        PluginJars.write(plugins.resolve("door.jar"), EntryHook.class, "acme.Door", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Door implements EntryHook {
                public Admission handle(HookContext context, EntryEvent entry) {
                    return entry.address().equals("192.0.2.7") ? new Admission.Allow()
                        : entry.address().isEmpty() ? null : new Admission.Deny("from " + entry.address());
                }
            }
            """);
        PluginJars.write(plugins.resolve("risk.jar"), LoginHook.class, "acme.Risk", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Risk implements LoginHook {
                public Admission handle(HookContext context, LoginEvent login) {
                    return new Admission.Deny(login.userId().equals("u1") ? "not " + login.deviceId() : null);
                }
            }
            """);
        PluginJars.write(plugins.resolve("beat.jar"), HeartbeatHook.class, "acme.Beat", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Beat implements HeartbeatHook {
                public void handle(HookContext context, HeartbeatEvent heartbeat) {
                    if (!heartbeat.deviceId().equals("d1")) throw new IllegalArgumentException();
                }
            }
            """);
        try (PluginClient door = PluginCalls.open(plugins, HookPoint.ENTRY, "acme.Door", Map.of());
                PluginClient risk = PluginCalls.open(plugins, HookPoint.LOGIN, "acme.Risk", Map.of());
                PluginClient beat = PluginCalls.open(plugins, HookPoint.HEARTBEAT, "acme.Beat", Map.of())) {
            assertThat(enter(door, "192.0.2.7")).isEqualTo(new HookResponse.Answered<>(new Admission.Allow()));
            assertThat(enter(door, "::1")).isEqualTo(new HookResponse.Answered<>(new Admission.Deny("from ::1")));
            assertThat(failed(enter(door, "")).kind()).isEqualTo(Kind.UNDECODABLE);
            assertThat(risk.call(
                            context("t1"),
                            new LoginRequest(new LoginEvent("::1", "u1", "d1")),
                            Deadline.after(PATIENCE)))
                    .isEqualTo(new HookResponse.Answered<>(new Admission.Deny("not d1")));
            assertThat(failed(risk.call(
                                    context("t1"),
                                    new LoginRequest(new LoginEvent("::1", "u2", "d1")),
                                    Deadline.after(PATIENCE)))
                            .kind())
                    .isEqualTo(Kind.UNDECODABLE);
            assertThat(beat.call(context("t1"), new HeartbeatRequest(heartbeat("d1")), Deadline.after(PATIENCE)))
                    .isEqualTo(TAKEN);
            assertThat(failed(beat.call(context("t1"), new HeartbeatRequest(heartbeat("d2")), Deadline.after(PATIENCE)))
                            .kind())
                    .isEqualTo(Kind.ERROR);
        }
    }

    private static HookResponse<Admission> enter(PluginClient door, String address) throws InterruptedException {
        return door.call(context("t1"), new EntryRequest(new EntryEvent(address, "d1")), Deadline.after(PATIENCE));
    }

    private static HeartbeatEvent heartbeat(String device) {
        return new HeartbeatEvent("u1", device, Instant.EPOCH);
    }

    @Test
    void notifiesADeliveryHook() throws Exception {
        PluginJars.write(plugins.resolve("got.jar"), DeliveryHook.class, "acme.Got", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Got implements DeliveryHook {
                public void handle(HookContext context, DeliveryEvent delivery) {
                    if (!delivery.ackType().equals("client")) throw new IllegalArgumentException();
                }
            }
            """);
        try (PluginClient client = PluginCalls.open(plugins, HookPoint.DELIVERY, "acme.Got", Map.of())) {
            assertThat(client.call(
                            context("t1"),
                            new DeliveryRequest(new DeliveryEvent("m", "u", "client", Instant.EPOCH)),
                            Deadline.after(PATIENCE)))
                    .isEqualTo(TAKEN);
            assertThat(failed(client.call(
                                    context("t1"),
                                    new DeliveryRequest(new DeliveryEvent("m", "u", "push", Instant.EPOCH)),
                                    Deadline.after(PATIENCE)))
                            .kind())
                    .isEqualTo(Kind.ERROR);
        }
    }

    @Test
    void asksAndNotifiesARecallHook() throws Exception {
        PluginJars.write(plugins.resolve("undo.jar"), RecallHook.class, "acme.Undo", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Undo implements RecallHook {
                @Override public boolean permits(HookContext context, RecallEvent recall) {
                    return context.tenant().equals("t1");
                }
                public void handle(HookContext context, RecallEvent recall) {
                    if (!recall.metadata().get("case").equals("7")) throw new IllegalArgumentException();
                }
            }
            """);
        try (PluginClient client = PluginCalls.open(plugins, HookPoint.RECALL, "acme.Undo", Map.of())) {
            assertThat(client.call(context("t1"), new RecallRequest.Check(RECALL), Deadline.after(PATIENCE)))
                    .isEqualTo(new HookResponse.Answered<>(true));
            assertThat(client.call(context("t2"), new RecallRequest.Check(RECALL), Deadline.after(PATIENCE)))
                    .isEqualTo(new HookResponse.Answered<>(false));
            assertThat(client.call(context("t1"), new RecallRequest.Notify(RECALL), Deadline.after(PATIENCE)))
                    .isEqualTo(TAKEN);
        }
    }

    @Test
    void aProbeMakesThePluginAndCallsNothing() throws Exception {
        PluginJars.preSend(plugins, "Words", "throw new IllegalStateException();");
        try (PluginClient there = PluginCalls.preSend(plugins, "acme.Words");
                PluginClient missing = PluginCalls.preSend(plugins, "acme.Missing")) {
            assertThat(there.probe(Deadline.after(PATIENCE))).isEqualTo(TAKEN);
            assertThat(failed(missing.probe(Deadline.after(PATIENCE))).cause())
                    .contains("found acme.Words (Words.jar)");
        }
    }

    @Test
    void manyCallersAreAnsweredOnAFewThreadsAndEachGetsItsOwnAnswer() throws Exception {
        PluginJars.preSend(
                plugins, "Words", "return new HookResult.Continue(draft.withPayload(draft.payload().clone()));");
        try (PluginClient client = PluginCalls.open(plugins, HookPoint.PRE_SEND, "acme.Words", Map.of(), 8)) {
            List<FutureTask<String>> callers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                String tenant = "t" + i % 4;
                String body = "body " + i;
                FutureTask<String> caller = new FutureTask<>(() -> {
                    for (int call = 0; call < 200; call++) {
                        MessageDraft draft = answered(client.call(
                                context(tenant),
                                new PreSendRequest(PluginCalls.draft(body)),
                                Deadline.after(PATIENCE)));
                        if (!new String(draft.payload(), StandardCharsets.UTF_8).equals(body)) {
                            return "another's answer";
                        }
                    }
                    return "";
                });
                callers.add(caller);
                Thread.ofVirtual().start(caller);
            }
            for (FutureTask<String> caller : callers) {
                assertThat(caller.get(30, TimeUnit.SECONDS)).isEmpty();
            }
            assertThat(client.alive()).isLessThanOrEqualTo(8 * 4 + 32);
            assertThat(client.left()).isZero();
        }
    }

    @Test
    void aTrustedPluginRunsOnItsCallersThread() throws Exception {
        PluginJars.preSend(plugins, "Words", """
            if (draft.payload().length == 1) throw new Exception();
            return new HookResult.Continue(draft, Map.of("thread", Thread.currentThread().getName()));\
            """);
        Map<String, String> settings = Map.of(PluginClient.THREAD, PluginClient.CALLERS_THREAD);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (PluginClient client = PluginCalls.open(plugins, HookPoint.PRE_SEND, "acme.Words", settings)) {
            assertThat(ask(client, "hi").toString())
                    .contains("thread=" + Thread.currentThread().getName());
            assertThat(failed(ask(client, "1")).kind()).isEqualTo(Kind.ERROR);
            assertThat(failed(client.call(
                                    context("t1"),
                                    new PreSendRequest(PluginCalls.draft("hi")),
                                    Deadline.after(Duration.ZERO)))
                            .kind())
                    .isEqualTo(Kind.TIMEOUT);
        }
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void closesAPluginThatCanBeClosedAndLeavesNoThread() throws Exception {
        String closed = PluginClientTest.class.getName() + ".closed";
        PluginJars.write(plugins.resolve("words.jar"), PreSendHook.class, "acme.Words", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Words implements PreSendHook, AutoCloseable {
                public HookResult handle(HookContext context, MessageDraft draft) {
                    return new HookResult.Continue(draft);
                }
                public void close() { System.setProperty("%s", "yes"); }
            }
            """.formatted(closed));
        try {
            PluginClient client = PluginCalls.preSend(plugins, "acme.Words");
            answered(ask(client, "hi"));
            client.close();

            assertThat(System.getProperty(closed)).isEqualTo("yes");
            Await.until("the threads are counted", () -> client.alive() == 0);
            assertThat(failed(ask(client, "hi")).cause()).endsWith("it was closed");
        } finally {
            System.clearProperty(closed);
        }
    }
}
