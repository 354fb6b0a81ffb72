package io.mics.admin;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Harmless calls to the targets of hooks that need not be effective, to see whether they answer. */
record HookProbe(HookClientFactory clients) {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration ALTOGETHER = Duration.ofSeconds(30);
    private static final int WIDTH = 16;

    /** What came of one call; {@code result} is {@code ok} or the kind of failure, {@code cause} in plain words. */
    record Probed(HookDefinition hook, String result, long tookNanos, String cause) {}

    /** Probes every hook, many at a time; what is not done after half a minute is not done. */
    List<Probed> all(List<HookDefinition> hooks) throws InterruptedException {
        List<Subtask<Probed>> tasks = new ArrayList<>();
        try (TaskScope scope = TaskScope.collecting("hook-probe", WIDTH, Deadline.after(ALTOGETHER))) {
            for (HookDefinition hook : hooks) {
                tasks.add(scope.fork(() -> one(hook)));
            }
            scope.join();
            List<Probed> all = new ArrayList<>();
            for (int i = 0; i < hooks.size(); i++) {
                all.add(outcome(hooks.get(i), tasks.get(i)));
            }
            return all;
        }
    }

    private static Probed outcome(HookDefinition hook, Subtask<Probed> task) {
        return switch (task.state()) {
            case SUCCESS -> task.get();
            case FAILED ->
                new Probed(
                        hook,
                        HookResponse.Kind.ERROR.label(),
                        0,
                        "could not be probed: " + task.exception().getClass().getSimpleName());
            case UNAVAILABLE ->
                new Probed(hook, HookResponse.Kind.TIMEOUT.label(), 0, "not probed: the others took half a minute");
        };
    }

    private Probed one(HookDefinition hook) throws InterruptedException {
        Duration timeout = hook.policy().timeout();
        long start = System.nanoTime();
        try (HookClient client = clients.open(hook)) {
            HookResponse<Acknowledged> response =
                    client.probe(Deadline.after(timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST));
            long took = System.nanoTime() - start;
            return switch (response) {
                case HookResponse.Answered<Acknowledged> answered -> new Probed(hook, "ok", took, "");
                case HookResponse.Failed<Acknowledged> failed ->
                    new Probed(hook, failed.kind().label(), took, failed.cause());
            };
        }
    }
}
