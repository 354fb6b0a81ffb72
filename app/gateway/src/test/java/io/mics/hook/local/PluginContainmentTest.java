package io.mics.hook.local;

import static io.mics.hook.local.PluginCalls.answered;
import static io.mics.hook.local.PluginCalls.ask;
import static io.mics.hook.local.PluginCalls.askBriefly;
import static io.mics.hook.local.PluginCalls.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.hook.point.PreSendRequest;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Whatever a plugin does by mistake, its caller gets an answer in time and the server goes on. */
@Timeout(60)
@Isolated("its plugins leave the processors to nobody")
class PluginContainmentTest {
    /** Ends the loops of this test's plugins. */
    private static final String STOP = PluginContainmentTest.class.getName() + ".stop";

    /** Counts the loops that have begun. */
    private static final String BEGUN = PluginContainmentTest.class.getName() + ".begun";

    private static final String LOOP = "synchronized (System.class) { System.setProperty(\"" + BEGUN
            + "\", \"\" + (1 + Integer.getInteger(\"" + BEGUN + "\", 0))); }"
            + " while (!Boolean.getBoolean(\"" + STOP + "\")) {} return new HookResult.Continue(draft);";
    private static final String GO_ON = "return new HookResult.Continue(draft);";

    @TempDir
    Path plugins;

    @AfterEach
    void endLoops() {
        System.clearProperty(STOP);
        System.clearProperty(BEGUN);
    }

    private PluginClient plugin(String body) throws Exception {
        PluginJars.preSend(plugins, "Words", body);
        return PluginCalls.preSend(plugins, "acme.Words");
    }

    @Test
    void saysWhatWasThrownAndWhereButNotItsText() throws Exception {
        try (PluginClient client = plugin("throw new IllegalStateException(new String(draft.payload()));")) {
            HookResponse.Failed<?> failed = failed(ask(client, "the body"));

            assertThat(failed.kind()).isEqualTo(Kind.ERROR);
            assertThat(failed.cause())
                    .startsWith(
                            "plugin acme.Words: threw java.lang.IllegalStateException at acme.Words.handle(Words.java:")
                    .doesNotContain("the body");
        }
    }

    @Test
    void containsErrorsOfEveryKind() throws Exception {
        try (PluginClient client = plugin("""
            if (draft.payload().length == 1) return handle(context, draft);
            if (draft.payload().length == 2) throw new OutOfMemoryError("not really");
            throw new ThreadDeath();\
            """)) {
            assertThat(failed(ask(client, "1")).cause()).contains("java.lang.StackOverflowError");
            assertThat(failed(ask(client, "22")).cause()).contains("java.lang.OutOfMemoryError");
            assertThat(failed(ask(client, "333")).cause()).contains("java.lang.ThreadDeath");
        }
    }

    @Test
    void nullIsNoAnswer() throws Exception {
        try (PluginClient client = plugin("""
            return draft.payload().length == 1 ? null
                    : draft.payload().length == 2 ? new HookResult.Continue(null)
                    : draft.payload().length == 3 ? new HookResult.Continue(draft.withPayload(null))
                    : new HookResult.Stop(7, null);\
            """)) {
            for (String body : new String[] {"1", "22", "333", "4444"}) {
                HookResponse.Failed<?> failed = failed(ask(client, body));
                assertThat(failed.kind()).isEqualTo(Kind.UNDECODABLE);
                assertThat(failed.cause()).contains("null");
            }
        }
    }

    @Test
    void interruptsACallThatBlocksPastItsDeadline() throws Exception {
        try (PluginClient client = plugin("Thread.sleep(3_600_000); " + GO_ON)) {
            HookResponse.Failed<?> failed = failed(askBriefly(client, "t1"));

            assertThat(failed.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(failed.cause()).matches("plugin acme.Words: gave no answer in \\d+ ms");
            Await.until("the threads are counted", () -> client.left() == 0);
        }
    }

    @Test
    void doesNotInterruptTheCallAfterOneThatWasInterrupted() throws Exception {
        try (PluginClient client = plugin("""
            if (draft.payload().length == 1) { try { Thread.sleep(3_600_000); } catch (InterruptedException e) {} }
            Thread.sleep(0);
            return new HookResult.Continue(draft, Map.of("thread", Thread.currentThread().getName()));\
            """)) {
            for (int i = 0; i < 50; i++) {
                Deadline soon = Deadline.after(Duration.ofMillis(2));
                client.call(PluginCalls.context("t1"), new PreSendRequest(PluginCalls.draft("1")), soon);
                Await.until("the threads are counted", () -> client.left() == 0);
                assertThat(answered(ask(client, "22"))).isNotNull();
            }
        }
    }

    @Test
    void anInterruptedCallerAbandonsItsCall() throws Exception {
        try (PluginClient client = plugin("Thread.sleep(3_600_000); " + GO_ON)) {
            FutureTask<Boolean> caller = new FutureTask<>(() -> {
                try {
                    ask(client, "hi");
                    return false;
                } catch (InterruptedException e) {
                    return true;
                }
            });
            Thread thread = Thread.ofVirtual().start(caller);
            Await.until("the threads are counted", () -> client.alive() == 1);
            thread.interrupt();

            assertThat(caller.get(20, TimeUnit.SECONDS)).isTrue();
            Await.until("the threads are counted", () -> client.left() == 0);
        }
    }

    /** Calls until so many run on without their callers: on a busy machine a call's time may be over before it runs. */
    private static void leaveRunning(PluginClient client, String tenant, int left) {
        Await.untilTrue("left " + left, () -> {
            assertThat(failed(askBriefly(client, tenant)).kind()).isEqualTo(Kind.TIMEOUT);
            Await.until("it has begun, or never will", () -> begun() == left || client.left() < left);
            return begun() == left;
        });
    }

    private static int begun() {
        return Integer.getInteger(BEGUN, 0);
    }

    @Test
    void isNotCalledForATenantWhoseFourCallsNeverEnd() throws Exception {
        PluginClient client = plugin("if (!context.tenant().equals(\"sick\")) " + GO_ON + LOOP);
        try (client) {
            answered(ask(client, "made"));
            for (int left = 1; left <= 4; left++) {
                leaveRunning(client, "sick", left);
            }
            HookResponse.Failed<?> fifth = failed(askBriefly(client, "sick"));

            assertThat(fifth.kind()).isEqualTo(Kind.FORBIDDEN);
            assertThat(fifth.cause()).isEqualTo("plugin acme.Words: left 4 threads running; not called until they end");
            assertThat(client.left()).isEqualTo(4);
            answered(ask(client, "of another tenant"));

            System.setProperty(STOP, "true");
            Await.until("the threads are counted", () -> client.left() == 0);
            assertThat(answered(client.call(
                            PluginCalls.context("sick"),
                            new PreSendRequest(PluginCalls.draft("hi")),
                            Deadline.after(PluginCalls.PATIENCE))))
                    .isNotNull();
        }
        Await.until("the threads are counted", () -> client.alive() == 0);
    }

    @Test
    void isCalledForNobodyWhenEightCallsOfAllNeverEnd() throws Exception {
        PluginClient client = plugin("if (context.tenant().equals(\"well\")) " + GO_ON + LOOP);
        try (client) {
            answered(client.call(
                    PluginCalls.context("well"),
                    new PreSendRequest(PluginCalls.draft("hi")),
                    Deadline.after(PluginCalls.PATIENCE)));
            for (int left = 1; left <= 8; left++) {
                leaveRunning(client, "sick" + left, left);
            }
            assertThat(failed(askBriefly(client, "well")).cause()).contains("left 8 threads running");
        } finally {
            System.setProperty(STOP, "true");
        }
        Await.until("the threads are counted", () -> client.alive() == 0);
    }

    @Test
    void aTenantThatFillsItsShareLeavesTheOthersTheirs() throws Exception {
        PluginJars.preSend(
                plugins, "Words", "if (context.tenant().equals(\"slow\")) Thread.sleep(3_600_000); " + GO_ON);
        try (PluginClient client = PluginCalls.open(plugins, HookPoint.PRE_SEND, "acme.Words", Map.of(), 2)) {
            Thread[] slow = new Thread[2];
            for (int i = 0; i < slow.length; i++) {
                slow[i] = Thread.ofVirtual().start(() -> {
                    try {
                        client.call(
                                PluginCalls.context("slow"),
                                new PreSendRequest(PluginCalls.draft("hi")),
                                Deadline.after(Duration.ofHours(1)));
                    } catch (InterruptedException end) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            Await.until("the threads are counted", () -> client.alive() == 2);

            HookResponse.Failed<?> third = failed(askBriefly(client, "slow"));
            assertThat(third.kind()).isEqualTo(Kind.BUSY);
            assertThat(third.cause()).contains("all 2 of the tenant's calls");
            answered(ask(client, "of another tenant"));
            for (Thread thread : slow) {
                thread.interrupt();
                thread.join();
            }
        }
    }

    @Test
    void isNotCalledWhileTooManyThreadsItStartedRun() throws Exception {
        PluginClient client = plugin("""
            new Thread(() -> { try { Thread.sleep(3_600_000); } catch (InterruptedException e) {} }).start();
            return new HookResult.Continue(draft);\
            """);
        try (client) {
            int started = 0;
            HookResponse<HookResult> response = ask(client, "hi");
            while (response instanceof HookResponse.Answered<HookResult> && started++ < 200) {
                response = ask(client, "hi");
            }
            assertThat(failed(response).kind()).isEqualTo(Kind.FORBIDDEN);
            assertThat(failed(response).cause()).matches(".*started \\d+ threads that still run, more than 64");
        }
        Await.until("the threads are counted", () -> client.alive() == 0);
    }

    @Test
    void refusesABodyThatGrewPastTheLimit() throws Exception {
        try (PluginClient client =
                plugin("return new HookResult.Continue(draft.withPayload(new byte[100 * 1024 * 1024]));")) {
            HookResponse.Failed<?> failed = failed(ask(client, "hi"));

            assertThat(failed.kind()).isEqualTo(Kind.UNDECODABLE);
            assertThat(failed.cause()).contains("answered a body of 104857600 bytes; 1048576 are the most");
        }
    }

    @Test
    void refusesHeadersThatGrewPastTheLimit() throws Exception {
        try (PluginClient client =
                plugin("return new HookResult.Continue(draft.withHeaders(Map.of(\"h\", \"x\".repeat(70_000))));")) {
            assertThat(failed(ask(client, "hi")).cause()).contains("70001 characters; 65536 are the most");
        }
    }

    @Test
    void whatItWritesIntoTheBodyItWasHandedChangesNothingBehindTheServersBack() throws Exception {
        try (PluginClient client = plugin("draft.payload()[0] = 'X'; " + GO_ON)) {
            MessageDraft given = PluginCalls.draft("hi");
            MessageDraft answer = answered(client.call(
                    PluginCalls.context("t1"), new PreSendRequest(given), Deadline.after(PluginCalls.PATIENCE)));

            assertThat(new String(given.payload(), StandardCharsets.UTF_8)).isEqualTo("hi");
            assertThat(new String(answer.payload(), StandardCharsets.UTF_8)).isEqualTo("Xi");
        }
    }

    @Test
    void aConstructorThatNeverEndsCostsItsCallersTheirDeadlineAlone() throws Exception {
        PluginJars.write(plugins.resolve("words.jar"), PreSendHook.class, "acme.Words", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Words implements PreSendHook {
                public Words() throws InterruptedException { Thread.sleep(3_600_000); }
                public HookResult handle(HookContext context, MessageDraft draft) { return null; }
            }
            """);
        try (PluginClient client = PluginCalls.preSend(plugins, "acme.Words")) {
            assertThat(failed(askBriefly(client, "t1")).kind()).isEqualTo(Kind.TIMEOUT);
            Await.until("the threads are counted", () -> client.left() == 0);
            HookResponse.Failed<?> second = failed(ask(client, "hi"));
            assertThat(second.kind()).isEqualTo(Kind.FORBIDDEN);
            assertThat(second.cause())
                    .contains("cannot be made: java.lang.InterruptedException at acme.Words.<init>(Words.java:4)");
        }
    }
}
