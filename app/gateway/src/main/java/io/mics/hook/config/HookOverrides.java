package io.mics.hook.config;

import io.mics.concurrent.CriticalThreads;
import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.config.YamlDocument;
import io.mics.hook.registry.HookRegistry;
import io.mics.observe.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The effective hooks: those of the file, and over them the tenants' overrides. Whatever changes, the registry gets one
 * whole table. An override that does not fit the file any more changes nothing, is reported, and holds again when it
 * fits.
 *
 * <p>An override is stored as text, in the form of {@code hooks.yaml}, and read over the file again at every change of
 * either: what it does not say follows the file.
 */
public final class HookOverrides implements AutoCloseable {
    private static final Log LOG = Log.of(HookOverrides.class);
    private static final int TRIES = 10;

    private final HookRegistry registry;
    private final HookOverrideStore store;
    private final ReentrantLock applying = new ReentrantLock();
    private final AtomicLong readings = new AtomicLong();
    private final BlockingQueue<Boolean> changed = new ArrayBlockingQueue<>(1);
    private final Thread follower = CriticalThreads.unstarted("hook-overrides", this::follow);

    private volatile HooksFile inFile;
    private Map<String, String> texts = Map.of();
    private long newest;
    private volatile EffectiveHooks effective;
    private volatile Optional<String> unavailable = Optional.empty();

    /** What came of a change. */
    public sealed interface Change {
        /** It holds here, and soon on every node that shares the store. */
        record Done() implements Change {}

        /** Something is wrong with it; nothing changed. */
        record Refused(List<Problem> problems) implements Change {}

        /** There is no such override. */
        record Unknown() implements Change {}

        /** The store does not answer. */
        record Unavailable(String cause) implements Change {}
    }

    /** Hooks of {@code file} for {@code registry}; {@code store} keeps what tenants have otherwise. */
    public HookOverrides(HookRegistry registry, HookOverrideStore store, HooksFile file) {
        this.registry = registry;
        this.store = store;
        this.inFile = file;
        this.effective = EffectiveHooks.of(file.hooks(), Map.of());
    }

    /** Makes everything hold, and follows the store from now on. An unavailable store is read when it is back. */
    public HookOverrides start() {
        refresh();
        apply();
        store.follow(() -> changed.offer(true));
        changed.offer(true); // for a change between reading and following
        follower.start();
        return this;
    }

    /** Takes over a changed file. */
    public void file(HooksFile changedFile) {
        applying.lock();
        try {
            inFile = changedFile;
            apply();
        } finally {
            applying.unlock();
        }
    }

    /** Everything that is effective. */
    public EffectiveHooks effective() {
        return effective;
    }

    /** What is wrong with overrides, or with reading them; empty when nothing is. */
    public Optional<String> lastProblem() {
        List<String> lines = new ArrayList<>(effective.problems());
        unavailable.ifPresent(cause -> lines.add("hook overrides cannot be read: " + cause));
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    /** Gives a tenant the overrides in {@code text}, instead of all it has. */
    public Change put(String tenant, String text) {
        return switch (HookOverrideReader.read(tenant, text, inFile.hooks())) {
            case ConfigResult.Invalid<List<HookOverride>> invalid -> new Change.Refused(invalid.problems());
            case ConfigResult.Valid<List<HookOverride>> valid ->
                change(tenant, before -> valid.value().isEmpty() ? "" : text, new Change.Done());
        };
    }

    /** Drops every override of a tenant. */
    public Change drop(String tenant) {
        return change(tenant, before -> "", new Change.Unknown());
    }

    /** Drops a tenant's overrides of {@code hook}, at every point. */
    public Change drop(String tenant, String hook) {
        return change(tenant, before -> without(before, hook), new Change.Unknown());
    }

    private static String without(String text, String hook) {
        Optional<YamlDocument> document = YamlDocument.parse(text, "hooks", "", new ArrayList<>());
        List<String> names = document.map(HooksFileReader::names).orElse(List.of());
        if (document.isEmpty() || !names.contains(hook)) {
            return text;
        }
        return names.stream().allMatch(hook::equals) ? "" : document.get().without("hooks", hook);
    }

    /** Changes a tenant's text, however often others do meanwhile; {@code same} when that leaves it as it was. */
    private Change change(String tenant, UnaryOperator<String> edit, Change same) {
        for (int i = 0; i < TRIES; i++) {
            switch (store.read()) {
                case HookOverrideStore.Reading.Unavailable gone -> {
                    return new Change.Unavailable(gone.cause());
                }
                case HookOverrideStore.Reading.Found found -> {
                    String before = found.texts().getOrDefault(tenant, "");
                    String after = edit.apply(before);
                    if (after.equals(before)) {
                        return same;
                    }
                    switch (store.replace(tenant, before, after)) {
                        case DONE -> {
                            LOG.info("hook_overrides_changed", "tenant", tenant);
                            refresh();
                            return new Change.Done();
                        }
                        case UNAVAILABLE -> {
                            return new Change.Unavailable(
                                    "no answer to the change: it may have been done all the same");
                        }
                        case OUTDATED -> {}
                    }
                }
            }
        }
        return new Change.Unavailable("others keep changing the overrides of " + tenant);
    }

    /** Reads the store; what an earlier reading brings later is dropped. */
    private void refresh() {
        long reading = readings.incrementAndGet();
        switch (store.read()) {
            case HookOverrideStore.Reading.Unavailable gone -> unavailable = Optional.of(gone.cause());
            case HookOverrideStore.Reading.Found found -> {
                applying.lock();
                try {
                    if (reading > newest) {
                        newest = reading;
                        texts = found.texts();
                        unavailable = Optional.empty();
                        apply();
                    }
                } finally {
                    applying.unlock();
                }
            }
        }
    }

    private void apply() {
        applying.lock();
        try {
            EffectiveHooks next = EffectiveHooks.of(inFile.hooks(), texts);
            if (!next.hooks().equals(registry.definitions())) {
                registry.apply(next.hooks());
            }
            List<String> known = effective.problems();
            next.problems().stream()
                    .filter(problem -> !known.contains(problem))
                    .forEach(problem -> LOG.warn("hook_override_refused", "problem", problem));
            effective = next;
        } finally {
            applying.unlock();
        }
    }

    private void follow() {
        try {
            while (true) {
                changed.take();
                try {
                    refresh();
                } catch (RuntimeException e) {
                    LOG.error("hook_overrides_not_read", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops following. */
    @Override
    public void close() {
        follower.interrupt();
    }
}
