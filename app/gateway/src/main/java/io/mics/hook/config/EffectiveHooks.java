package io.mics.hook.config;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.hook.policy.HookDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The hooks of the file with the overrides of tenants over them.
 *
 * @param hooks      every hook; one of the file that a tenant has otherwise is not for that tenant
 * @param overriding those that come from an override
 * @param texts      the overrides that hold, by tenant
 * @param refused    what is wrong with the others, by tenant; they change nothing
 */
public record EffectiveHooks(
        List<HookDefinition> hooks,
        Set<HookDefinition> overriding,
        Map<String, String> texts,
        Map<String, List<Problem>> refused) {

    /** Takes copies. */
    public EffectiveHooks {
        hooks = List.copyOf(hooks);
        overriding = Set.copyOf(overriding);
        texts = Map.copyOf(texts);
        refused = Map.copyOf(refused);
    }

    /** Lays {@code texts}, the overrides by tenant, over the hooks of the file. */
    static EffectiveHooks of(List<HookDefinition> file, Map<String, String> texts) {
        Map<String, String> holding = new HashMap<>();
        Map<String, List<Problem>> refused = new HashMap<>();
        Map<HookDefinition, Set<String>> except = new HashMap<>();
        Map<HookDefinition, List<HookDefinition>> instead = new HashMap<>();
        List<HookDefinition> added = new ArrayList<>();
        new TreeMap<>(texts).forEach((tenant, text) -> {
            switch (HookOverrideReader.read(tenant, text, file)) {
                case ConfigResult.Invalid<List<HookOverride>> invalid -> refused.put(tenant, invalid.problems());
                case ConfigResult.Valid<List<HookOverride>> valid -> {
                    holding.put(tenant, text);
                    for (HookOverride override : valid.value()) {
                        override.inFile()
                                .ifPresent(hook -> except.computeIfAbsent(hook, h -> new HashSet<>())
                                        .add(tenant));
                        override.forTenant()
                                .ifPresent(hook -> override.inFile()
                                        .map(replaced -> instead.computeIfAbsent(replaced, h -> new ArrayList<>()))
                                        .orElse(added)
                                        .add(hook));
                    }
                }
            }
        });
        return new EffectiveHooks(merge(file, except, instead, added), overriding(instead, added), holding, refused);
    }

    private static List<HookDefinition> merge(
            List<HookDefinition> file,
            Map<HookDefinition, Set<String>> except,
            Map<HookDefinition, List<HookDefinition>> instead,
            List<HookDefinition> added) {
        List<HookDefinition> hooks = new ArrayList<>();
        for (HookDefinition hook : file) {
            HookDefinition rest = hook.with(hook.match().without(except.getOrDefault(hook, Set.of())), hook.rollout());
            if (!rest.match().isForNobody()) {
                hooks.add(rest);
            }
            hooks.addAll(instead.getOrDefault(hook, List.of()));
        }
        hooks.addAll(added);
        return hooks;
    }

    private static Set<HookDefinition> overriding(
            Map<HookDefinition, List<HookDefinition>> instead, List<HookDefinition> added) {
        Set<HookDefinition> all = new HashSet<>(added);
        instead.values().forEach(all::addAll);
        return all;
    }

    /** The hooks that messages of a tenant may meet. */
    public List<HookDefinition> of(String tenant, String businessType) {
        return hooks.stream().filter(hook -> hook.isFor(tenant, businessType)).toList();
    }

    /** What is wrong with overrides, a line each; they change nothing. */
    public List<String> problems() {
        Map<String, List<Problem>> sorted = new TreeMap<>(refused);
        List<String> lines = new ArrayList<>();
        sorted.values().forEach(problems -> problems.forEach(problem -> lines.add(problem.line())));
        return lines;
    }
}
