package io.mics.hook.config;

import io.mics.config.ConfigResult;
import io.mics.config.KeySuggestion;
import io.mics.config.Problem;
import io.mics.config.Section;
import io.mics.config.YamlDocument;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what one tenant has otherwise than the file: a text in the form of {@code hooks.yaml} in which a hook that the
 * file has names only what differs, or {@code enabled: false}. Without a version it stands for every version.
 */
final class HookOverrideReader {
    private final String tenant;
    private final List<HookDefinition> file;
    private final List<Problem> problems = new ArrayList<>();
    private final List<HookOverride> overrides = new ArrayList<>();

    private HookOverrideReader(String tenant, List<HookDefinition> file) {
        this.tenant = tenant;
        this.file = file;
    }

    /** Reads {@code text} over the hooks of the file. */
    static ConfigResult<List<HookOverride>> read(String tenant, String text, List<HookDefinition> file) {
        HookOverrideReader reader = new HookOverrideReader(tenant, file);
        YamlDocument.parse(text, "hooks", "overrides of " + tenant, reader.problems)
                .ifPresent(reader::document);
        return reader.problems.isEmpty()
                ? new ConfigResult.Valid<>(List.copyOf(reader.overrides), List.of())
                : new ConfigResult.Invalid<>(List.copyOf(reader.problems));
    }

    private void document(YamlDocument document) {
        List<Problem> found = new ArrayList<>();
        Section root = document.section(found);
        Map<String, String> names = new LinkedHashMap<>();
        HooksFileReader.hooksIn(root).forEach((path, hook) -> {
            String name = hook.section().string("name", "");
            names.put(path, name);
            hook(hook, name);
        });
        root.finish();
        problems.addAll(HooksFileReader.located(found, document, names));
    }

    private void hook(HooksFileReader.Written hook, String name) {
        Section s = hook.section();
        Optional<SemanticVersion> version = SemanticVersion.parse(s.string(
                "version", "", text -> SemanticVersion.parse(text).isPresent(), HookDefinitionReader.NO_VERSION));
        List<HookDefinition> replaced = file.stream()
                .filter(other -> other.point() == hook.point() && other.name().equals(name))
                .filter(other -> version.isEmpty() || other.version().equals(version.get()))
                .toList();
        if (!s.bool("enabled", true)) {
            s.skip();
            if (replaced.isEmpty()) {
                s.reject("name", "is no hook of the file", nearest(hook, name));
            }
            replaced.forEach(other -> add(s, new HookOverride(Optional.of(other), Optional.empty())));
            return;
        }
        refuseTenants(s.section("match"));
        refuseTenants(s.section("rollout"));
        if (replaced.isEmpty()) {
            add(s, new HookOverride(Optional.empty(), Optional.of(read(hook, Optional.empty()))));
        }
        for (HookDefinition other : replaced) {
            add(s, new HookOverride(Optional.of(other), Optional.of(read(hook, Optional.of(other)))));
        }
    }

    private static void refuseTenants(Section s) {
        if (s.given("tenants")) {
            s.reject("tenants", "is always the tenant itself here");
        }
    }

    private HookDefinition read(HooksFileReader.Written hook, Optional<HookDefinition> usual) {
        HookDefinition read = HookDefinitionReader.read(hook.section(), hook.point(), usual);
        Rollout rollout =
                hook.section().filled("rollout") ? new Rollout(read.rollout().percent(), Set.of()) : read.rollout();
        return read.with(read.match().only(tenant), rollout);
    }

    private void add(Section s, HookOverride override) {
        if (overrides.stream().anyMatch(override::isOf)) {
            s.reject("name", "is there already, for the same version");
        }
        overrides.add(override);
    }

    private String nearest(HooksFileReader.Written hook, String name) {
        return KeySuggestion.nearest(
                name,
                file.stream()
                        .filter(other -> other.point() == hook.point())
                        .map(HookDefinition::name)
                        .toList());
    }
}
