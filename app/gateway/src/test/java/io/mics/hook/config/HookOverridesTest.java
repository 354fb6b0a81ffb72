package io.mics.hook.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.Problem;
import io.mics.hook.config.HookOverrides.Change;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookState;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.policy.SuspendedHooks;
import io.mics.hook.policy.Target;
import io.mics.hook.registry.BoundHook;
import io.mics.hook.registry.HookRegistry;
import io.mics.testing.gateway.HookTargets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tenants have otherwise than the file. */
class HookOverridesTest {
    private static final String GRPC = "transport: {type: grpc, endpoint: \"http://h:1\"}";
    private static final String FILE = """
        hooks:
          pre-send:
            - {name: first, priority: 1, timeout: 50ms, %s}
            - {name: second, priority: 2, version: 1.0.0, %s}
            - {name: second, priority: 2, version: 2.0.0, rollout: {percent: 20, tenants: [t2]}, %s}
            - {name: third, priority: 3, match: {tenants: [t1], message-types: [text]}, %s}
          recall:
            - {name: first, transport: {type: webhook, url: "https://h/x", secret: sesame}}
        """.formatted(GRPC, GRPC, GRPC, GRPC);

    private final HookTargets targets = new HookTargets();
    private final HookRegistry registry = targets.registry();
    private final MemoryHookOverrides store = new MemoryHookOverrides();
    private final HookOverrides overrides = new HookOverrides(registry, store, HooksFileReaderTest.valid(FILE)).start();

    @AfterEach
    void stop() {
        overrides.close();
        registry.close();
    }

    private List<HookDefinition> met(HookPoint point, String tenant) {
        return registry.boundHooks(point, new MatchInput(tenant, "", "single", "text", "u1")).stream()
                .map(BoundHook::definition)
                .toList();
    }

    private List<String> preSend(String tenant) {
        return met(HookPoint.PRE_SEND, tenant).stream().map(HookDefinition::id).toList();
    }

    private void put(String tenant, String text) {
        assertThat(overrides.put(tenant, text)).isEqualTo(new Change.Done());
    }

    private List<Problem> refused(String tenant, String text) {
        return overrides.put(tenant, text) instanceof Change.Refused refused ? refused.problems() : List.of();
    }

    @Test
    void aHookThatNamesOnlyWhatDiffersKeepsItsPlaceAndTheRest() {
        put("t1", "hooks: {pre-send: [{name: first, timeout: 20ms, on-failure: deny}]}");
        HookDefinition mine = met(HookPoint.PRE_SEND, "t1").getFirst();
        assertThat(preSend("t1")).containsExactly("first@1.0.0", "second@1.0.0", "third@1.0.0");
        assertThat(mine.policy().timeout()).isEqualTo(Duration.ofMillis(20));
        assertThat(mine.priority()).isEqualTo(1);
        assertThat(mine.target()).isInstanceOf(Target.Grpc.class);
        assertThat(met(HookPoint.PRE_SEND, "t2").getFirst().policy().timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(targets.opened).as("its target is the same").hasSize(5);
    }

    @Test
    void aHookThatIsNotEnabledIsThereForEverybodyElse() {
        put("t1", "hooks: {pre-send: [{name: first, enabled: false}, {name: third, enabled: false}]}");
        put("t3", "hooks: {pre-send: [{name: first, enabled: false}]}");
        assertThat(preSend("t1")).containsExactly("second@1.0.0");
        assertThat(preSend("t3")).containsExactly("second@1.0.0");
        assertThat(preSend("t4")).containsExactly("first@1.0.0", "second@1.0.0");
        assertThat(registry.definitions().stream().map(HookDefinition::name))
                .as("what is left for nobody is not there")
                .doesNotContain("third");
        assertThat(met(HookPoint.RECALL, "t1")).hasSize(1);
    }

    @Test
    void aHookTheFileDoesNotHaveIsAddedForThatTenant() {
        put("t1", "hooks: {pre-send: [{name: mine, priority: 0, " + GRPC + "}]}");
        assertThat(preSend("t1")).containsExactly("mine@1.0.0", "first@1.0.0", "second@1.0.0", "third@1.0.0");
        assertThat(preSend("t2")).doesNotContain("mine@1.0.0");
    }

    @Test
    void withoutAVersionItStandsForEveryVersionAndWithOneForThat() {
        put("t2", "hooks: {pre-send: [{name: second, mode: shadow}]}");
        assertThat(overrides.effective().of("t2", "").stream()
                        .filter(h -> h.name().equals("second")))
                .hasSize(2)
                .allMatch(h -> h.mode() == HookDefinition.Mode.SHADOW);
        put("t2", "hooks: {pre-send: [{name: second, version: 2.0.0, enabled: false}]}");
        assertThat(overrides.effective().of("t2", "").stream().map(HookDefinition::id))
                .contains("second@1.0.0")
                .doesNotContain("second@2.0.0");
    }

    @Test
    void aRollOutPutToATenantIsForThatTenantWhateverTheFileSays() {
        put("t1", "hooks: {pre-send: [{name: second, version: 2.0.0, rollout: {percent: 100}}]}");
        assertThat(preSend("t1")).containsExactly("first@1.0.0", "second@2.0.0", "third@1.0.0");
    }

    @Test
    void aTargetThatChangesItsPlaceKeepsTheRest() {
        put("t1", "hooks: {recall: [{name: first, transport: {url: \"https://other/x\"}}]}");
        assertThat(met(HookPoint.RECALL, "t1").getFirst().target())
                .isInstanceOfSatisfying(Target.Webhook.class, webhook -> {
                    assertThat(webhook.url()).hasToString("https://other/x");
                    assertThat(webhook.secrets()).containsExactly("sesame");
                });
    }

    @Test
    void overridesSurviveAReloadAndHoldAgainWhenTheyFitAgain() {
        put("t1", "hooks: {pre-send: [{name: first, timeout: 20ms}]}");
        overrides.file(
                HooksFileReaderTest.valid(FILE.replace("name: first, priority: 1", "name: renamed, priority: 1")));
        assertThat(preSend("t1")).contains("renamed@1.0.0").doesNotContain("first@1.0.0");
        assertThat(overrides.lastProblem().orElseThrow())
                .contains("hooks.pre-send[0].transport of hook first: is missing")
                .contains("(overrides of t1:1)");
        overrides.file(HooksFileReaderTest.valid(FILE.replace("priority: 1", "priority: 9")));
        assertThat(overrides.lastProblem()).isEmpty();
        HookDefinition last = met(HookPoint.PRE_SEND, "t1").getLast();
        assertThat(last.id()).isEqualTo("first@1.0.0");
        assertThat(last.policy().timeout()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void overridesAreDroppedOneHookAtATimeOrAltogether() {
        put("t1", """
            hooks:
              pre-send:
                - {name: first, enabled: false}
                - {name: second, version: "2.0.0", rollout: {percent: 100}}
              recall:
                - {name: first, enabled: false}
            """);
        assertThat(preSend("t1")).containsExactly("second@2.0.0", "third@1.0.0");
        assertThat(overrides.drop("t1", "none")).isEqualTo(new Change.Unknown());
        assertThat(overrides.drop("t1", "first")).isEqualTo(new Change.Done());
        assertThat(preSend("t1")).containsExactly("first@1.0.0", "second@2.0.0", "third@1.0.0");
        assertThat(met(HookPoint.RECALL, "t1")).hasSize(1);
        assertThat(overrides.drop("t1")).isEqualTo(new Change.Done());
        assertThat(preSend("t1")).containsExactly("first@1.0.0", "second@1.0.0", "third@1.0.0");
        assertThat(overrides.drop("t1")).isEqualTo(new Change.Unknown());
        put("t1", "hooks: {pre-send: [{name: first, enabled: false}]}");
        overrides.drop("t1", "first");
        assertThat(store.read()).isEqualTo(new HookOverrideStore.Reading.Found(Map.of()));
    }

    @Test
    void anOverrideWithAProblemChangesNothing() {
        put("t1", "hooks: {pre-send: [{name: first, enabled: false}]}");
        List<Problem> problems = refused("t1", """
            hooks:
              pre-send:
                - name: frist
                  enabled: false
                - name: second
                  timeout: 0
                  match: {tenants: [t2]}
                - name: second
                - name: new
                  version: x
            """);
        assertThat(problems.stream().map(p -> p.key() + " " + p.hook() + " " + p.lineNumber() + " " + p.nearest()))
                .containsExactlyInAnyOrder(
                        "hooks.pre-send[0].name frist 3 first",
                        "hooks.pre-send[1].timeout second 6 ",
                        "hooks.pre-send[1].match.tenants second 7 ",
                        "hooks.pre-send[2].name second 8 ",
                        "hooks.pre-send[3].version new 10 ",
                        "hooks.pre-send[3].transport new 9 ");
        assertThat(preSend("t1")).doesNotContain("first@1.0.0");
    }

    @Test
    void whatIsSuspendedStaysSoWhenAnotherTenantGetsAnOverride() {
        HookDefinition first = met(HookPoint.PRE_SEND, "t1").getFirst();
        SuspendedHooks.suspend(registry, "t1", first, "rolled back");
        put("t2", "hooks: {pre-send: [{name: first, timeout: 20ms}]}");
        HookDefinition same = overrides.effective().of("t1", "").getFirst();
        assertThat(registry.health("t1", same).state()).isEqualTo(HookState.SUSPENDED);
        put("t1", "hooks: {pre-send: [{name: first, timeout: 20ms}]}");
        HookDefinition changed = overrides.effective().of("t1", "").getFirst();
        assertThat(registry.health("t1", changed).state()).isEqualTo(HookState.PROBING);
    }

    @Test
    void aWrongVersionDisablesNothing() {
        assertThat(refused("t1", "hooks: {pre-send: [{name: first, version: 1.0, enabled: false}]}"))
                .hasSize(1);
    }

    @Test
    void aReadingThatComesLateDoesNotBringBackWhatWasDropped() throws Exception {
        put("t1", "hooks: {pre-send: [{name: first, enabled: false}]}");
        LateStore late = new LateStore(store);
        try (HookRegistry other = targets.registry();
                HookOverrides slow = new HookOverrides(other, late, HooksFileReaderTest.valid(FILE)).start()) {
            late.hold();
            late.tell();
            late.held.acquire();
            assertThat(slow.drop("t1")).isEqualTo(new Change.Done());
            late.release();
            late.tell();
            late.passed.acquire();
            assertThat(slow.effective().texts()).isEmpty();
        }
    }

    /** A store whose follower's next reading is held until released, after it was made. */
    private static final class LateStore implements HookOverrideStore {
        private final HookOverrideStore under;
        private final Semaphore held = new Semaphore(0);
        private final Semaphore passed = new Semaphore(0);
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile boolean holding;
        private volatile Runnable follower = () -> {};

        LateStore(HookOverrideStore under) {
            this.under = under;
        }

        void hold() {
            holding = true;
        }

        void release() {
            holding = false;
            gate.countDown();
        }

        void tell() {
            follower.run();
        }

        @Override
        public Reading read() {
            Reading reading = under.read();
            boolean following = Thread.currentThread().getName().equals("hook-overrides");
            if (following && holding) {
                held.release();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else if (following && gate.getCount() == 0) {
                passed.release();
            }
            return reading;
        }

        @Override
        public Change replace(String tenant, String before, String after) {
            return under.replace(tenant, before, after);
        }

        @Override
        public void follow(Runnable changed) {
            follower = changed;
        }
    }
}
