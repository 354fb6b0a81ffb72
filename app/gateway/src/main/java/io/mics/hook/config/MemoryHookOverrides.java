package io.mics.hook.config;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Overrides of one process, gone with it. */
public final class MemoryHookOverrides implements HookOverrideStore {
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();

    @Override
    public Reading read() {
        return new Reading.Found(Map.copyOf(texts));
    }

    @Override
    public Change replace(String tenant, String before, String after) {
        if (!isReplaced(tenant, before, after)) {
            return Change.OUTDATED;
        }
        followers.forEach(Runnable::run);
        return Change.DONE;
    }

    private boolean isReplaced(String tenant, String before, String after) {
        if (before.isEmpty()) {
            return after.isEmpty() ? !texts.containsKey(tenant) : texts.putIfAbsent(tenant, after) == null;
        }
        return after.isEmpty() ? texts.remove(tenant, before) : texts.replace(tenant, before, after);
    }

    @Override
    public void follow(Runnable changed) {
        followers.add(changed);
    }
}
