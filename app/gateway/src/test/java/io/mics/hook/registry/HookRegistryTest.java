package io.mics.hook.registry;

import static io.mics.hook.registry.HookFixture.by;
import static io.mics.hook.registry.HookFixture.hook;
import static io.mics.hook.registry.HookFixture.percent;
import static io.mics.hook.registry.HookFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookGate;
import io.mics.hook.policy.HookHealth;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.policy.Rollout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HookRegistryTest {
    private final HookFixture hooks = new HookFixture();
    private final HookRegistry registry = new HookRegistry(hooks, hooks);

    private List<String> met(MatchInput input) {
        return registry.boundHooks(HookPoint.PRE_SEND, input).stream()
                .map(bound -> bound.definition().id())
                .toList();
    }

    @Test
    void callsHooksByPriorityAndThenInTheOrderOfTheFile() {
        registry.apply(List.of(hook("c", "1.0.0", 20), hook("a", "1.0.0", 10), hook("b", "1.0.0", 10)));
        assertThat(met(by("u"))).containsExactly("a@1.0.0", "b@1.0.0", "c@1.0.0");
    }

    @Test
    void aHookIsForWhatItMatches() {
        Match match = new Match(Set.of("t1"), Set.of("shop"), Set.of("group"), Set.of("text", "image"));
        registry.apply(List.of(with(hook("a", "1.0.0", 1), match)));
        assertThat(met(new MatchInput("t1", "shop", "group", "image", "u"))).hasSize(1);
        assertThat(met(new MatchInput("t2", "shop", "group", "image", "u"))).isEmpty();
        assertThat(met(new MatchInput("t1", "", "group", "image", "u"))).isEmpty();
        assertThat(met(new MatchInput("t1", "shop", "single", "image", "u"))).isEmpty();
        assertThat(met(new MatchInput("t1", "shop", "group", "voice", "u"))).isEmpty();
    }

    @Test
    void messageTypesThatNoHookNamesAreWorkedOutOnceHoweverManyClientsMakeUp() {
        HookDefinition any = hook("a", "1.0.0", 1);
        HookDefinition images = with(hook("b", "1.0.0", 2), new Match(Set.of(), Set.of(), Set.of(), Set.of("image")));
        AtomicInteger workedOut = new AtomicInteger();
        HookTable table = new HookTable(
                List.of(any, images), Map.of(any, hooks.open(any), images, hooks.open(images)), (tenant, hook) -> {
                    workedOut.incrementAndGet();
                    return new HookGate(hook, (version, cause) -> hooks.rolledBack(tenant, version, cause));
                });
        for (int i = 0; i < 1_000; i++) {
            MatchInput input = new MatchInput("t1", "", "single", "made-up-" + i, "u");
            assertThat(table.boundHooks(HookPoint.PRE_SEND, input)).hasSize(1);
        }
        assertThat(workedOut).hasValue(1);
        assertThat(table.boundHooks(HookPoint.PRE_SEND, new MatchInput("t1", "", "single", "image", "u")))
                .hasSize(2);
    }

    @Test
    void twentyPercentAreOneFifthOfTheUsersAndStayTheSameOnes() {
        registry.apply(List.of(with(hook("a", "2.0.0", 1), percent(20)), hook("a", "1.0.0", 1)));
        HookRegistry otherNode = new HookRegistry(hooks, hooks);
        otherNode.apply(registry.definitions());
        List<String> canaries = IntStream.range(0, 10_000)
                .mapToObj(i -> "user-" + i)
                .filter(user -> met(by(user)).equals(List.of("a@2.0.0")))
                .toList();
        assertThat(canaries).hasSizeBetween(1_900, 2_100);
        assertThat(canaries)
                .allMatch(user -> otherNode.boundHooks(HookPoint.PRE_SEND, by(user)).stream()
                        .allMatch(bound -> bound.definition().version().major() == 2));
        registry.apply(List.of(with(hook("a", "2.0.0", 1), percent(40)), hook("a", "1.0.0", 1)));
        assertThat(canaries).allMatch(user -> met(by(user)).equals(List.of("a@2.0.0")));
    }

    @Test
    void whoIsInOneCanaryIsNotTherebyInAnother() {
        registry.apply(List.of(with(hook("a", "1.0.0", 1), percent(20)), with(hook("b", "1.0.0", 1), percent(20))));
        long both = IntStream.range(0, 10_000)
                .filter(i -> met(by("user-" + i)).size() == 2)
                .count();
        assertThat(both).isBetween(300L, 500L);
    }

    @Test
    void aCanaryOfOneTenantLeavesOthersWithTheVersionBefore() {
        registry.apply(List.of(
                with(hook("a", "2.0.0", 1), new Rollout(100, Set.of("t2"))),
                hook("a", "1.10.0", 1),
                hook("a", "1.9.0", 1)));
        assertThat(met(by("u"))).containsExactly("a@1.10.0");
        assertThat(met(new MatchInput("t2", "", "single", "text", "u"))).containsExactly("a@2.0.0");
    }

    @Test
    void aClientWhoseTargetStaysTheSameStaysOpen() {
        registry.apply(List.of(hook("a", "1.0.0", 1)));
        HookHealth before = registry.health("t1", registry.definitions().getFirst());
        registry.apply(List.of(hook("a", "1.0.0", 7), hook("b", "1.0.0", 1)));
        assertThat(registry.health("t1", registry.definitions().getFirst())).isSameAs(before);
        registry.close();
        assertThat(hooks.closed).containsExactlyInAnyOrder("a@1.0.0", "b@1.0.0");
    }

    @Test
    void aMessageThatHasBegunEndsOnItsTable() throws InterruptedException {
        registry.apply(List.of(hook("a", "1.0.0", 1)));
        BoundHook bound = registry.boundHooks(HookPoint.PRE_SEND, by("u")).getFirst();
        registry.apply(List.of());
        assertThat(registry.has(HookPoint.PRE_SEND)).isFalse();
        assertThat(bound.call(
                        Samples.CONTEXT, new PreSendRequest(Samples.DRAFT), Deadline.after(Duration.ofSeconds(60))))
                .isInstanceOf(HookResponse.Answered.class);
    }
}
