package io.mics.hook.config;

import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is valid in a table of hooks, and hardly meant. */
final class HookWarnings {
    private HookWarnings() {}

    /** One line for each. */
    static List<String> of(List<HookDefinition> hooks) {
        Map<String, List<HookDefinition>> byName = new LinkedHashMap<>();
        hooks.forEach(hook -> byName.computeIfAbsent(hook.point().label() + " " + hook.name(), n -> new ArrayList<>())
                .add(hook));
        List<String> warnings = new ArrayList<>();
        for (HookDefinition hook : hooks) {
            if (hook.target() instanceof Target.Webhook webhook
                    && !webhook.extras().secretHeader().isEmpty()) {
                warnings.add("hook " + hook.point().label() + " " + hook.name() + " " + hook.version()
                        + " sends its secret itself in " + webhook.extras().secretHeader()
                        + ": whoever sees a request can forge others; verify the signature instead");
            }
        }
        byName.forEach((name, versions) -> {
            if (versions.stream().allMatch(version -> version.rollout().percent() == 0)) {
                warnings.add("hook " + name + " is for nobody: the roll-out of every version is 0 percent");
            }
            for (HookDefinition version : versions) {
                versions.stream()
                        .filter(newer -> hides(newer, version))
                        .findFirst()
                        .ifPresent(newer -> warnings.add("hook " + name + " " + version.version() + " is never called: "
                                + newer.version() + " is newer and for everybody"));
            }
        });
        return warnings;
    }

    private static boolean hides(HookDefinition newer, HookDefinition older) {
        return newer.version().compareTo(older.version()) > 0
                && newer.match().equals(older.match())
                && newer.rollout().percent() == 100
                && newer.rollout().tenants().isEmpty();
    }
}
