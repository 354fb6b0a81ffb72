package io.mics.hook.config;

import io.mics.config.ConfigResult;
import io.mics.config.ConfigText;
import io.mics.config.Problem;
import io.mics.config.Section;
import io.mics.config.YamlDocument;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.webhook.Egress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads hooks: the file {@code hooks.yaml}, the files that the environment names instead, or a text. */
public final class HooksFileReader {
    private final List<Problem> problems = new ArrayList<>();
    private final List<Located> hooks = new ArrayList<>();
    private final List<String> allow = new ArrayList<>();
    private final List<String> deny = new ArrayList<>();
    private boolean written;

    /** A hook and where it is. */
    private record Located(HookDefinition hook, YamlDocument document, String path) {
        String location() {
            return path + " (" + document.source() + ":" + document.line(path) + ")";
        }
    }

    private HooksFileReader() {}

    /** Reads the files; {@code dir} has the configuration. A missing {@code hooks.yaml} is no hooks. */
    public static ConfigResult<HooksFile> read(Path dir, Map<String, String> environment) {
        HooksFileReader reader = new HooksFileReader();
        HookFiles.in(dir, environment).existing(reader.problems).forEach(reader::file);
        return reader.result();
    }

    /** Reads {@code text}, which came from {@code source}. */
    public static ConfigResult<HooksFile> read(String text, String source) {
        HooksFileReader reader = new HooksFileReader();
        reader.text(text, source);
        return reader.result();
    }

    private ConfigResult<HooksFile> result() {
        checkVersions();
        List<HookDefinition> all = hooks.stream().map(Located::hook).toList();
        return problems.isEmpty()
                ? new ConfigResult.Valid<>(new HooksFile(all, allow, deny, written), HookWarnings.of(all))
                : new ConfigResult.Invalid<>(List.copyOf(problems));
    }

    private void file(Path file) {
        String source = "file:" + file;
        ConfigText.read(file, source, problems).ifPresent(text -> {
            if (file.toString().endsWith(".toml")) {
                problems.add(new Problem("hooks", source, toml(text), ""));
            } else {
                text(text, source);
            }
        });
    }

    private static String toml(String text) {
        return TomlDocument.parse(text)
                .map(TomlHooks::asYaml)
                .map(yaml -> "is TOML, which is not read; as YAML it is\n" + yaml)
                .orElse("is TOML, which is not read, and which is too unusual to be shown as YAML");
    }

    private void text(String text, String source) {
        YamlDocument.parse(text, "hooks", source, problems).ifPresent(this::document);
    }

    private void document(YamlDocument document) {
        written |= !document.isEmpty();
        List<Problem> found = new ArrayList<>();
        Section root = document.section(found);
        Map<String, String> names = new LinkedHashMap<>();
        hooksIn(root).forEach((path, hook) -> {
            HookDefinition read = HookDefinitionReader.read(hook.section(), hook.point(), Optional.empty());
            names.put(path, read.name());
            hooks.add(new Located(read, document, path));
        });
        webhookTargets(root.section("webhook-targets"));
        root.finish();
        problems.addAll(located(found, document, names));
    }

    private void webhookTargets(Section s) {
        List<String> allowed = s.list("allow", List.of(), any -> true, "");
        List<String> denied = s.list("deny", List.of(), any -> true, "");
        if (Egress.parse(allowed, denied) instanceof Egress.Parsed.Refused refused) {
            refused.entries().forEach(bad -> s.reject(bad.list() + "[" + bad.index() + "]", "is " + bad.problem()));
        }
        allow.addAll(allowed);
        deny.addAll(denied);
    }

    /** One hook as it is written. */
    record Written(HookPoint point, Section section) {}

    /** The hooks as they are written, by their paths. */
    static Map<String, Written> hooksIn(Section root) {
        Map<String, Written> all = new LinkedHashMap<>();
        Section hooks = root.section("hooks");
        for (HookPoint point : HookPoint.values()) {
            List<Section> elements = hooks.elements(point.label());
            for (int i = 0; i < elements.size(); i++) {
                all.put("hooks." + point.label() + "[" + i + "]", new Written(point, elements.get(i)));
            }
        }
        return all;
    }

    /** The names of the hooks of a document. */
    static List<String> names(YamlDocument document) {
        return hooksIn(document.section(new ArrayList<>())).values().stream()
                .map(written -> written.section().string("name", ""))
                .toList();
    }

    /** Each problem with its line and the name of its hook, by the hooks' paths; none twice. */
    static List<Problem> located(List<Problem> found, YamlDocument document, Map<String, String> names) {
        return found.stream()
                .distinct()
                .map(problem -> {
                    String path = problem.key().replaceFirst("].*", "]");
                    return problem.at(document.line(problem.key()), names.getOrDefault(path, ""));
                })
                .toList();
    }

    /** The same version of a hook twice could never be distinguished. */
    private void checkVersions() {
        Map<String, Located> first = new LinkedHashMap<>();
        for (Located located : hooks) {
            HookDefinition hook = located.hook();
            Located earlier = first.putIfAbsent(hook.point().label() + " " + hook.id(), located);
            if (earlier != null && !hook.name().isEmpty()) {
                problems.add(new Problem(
                                located.path(),
                                located.document().source(),
                                "version " + hook.version() + " is there already: " + earlier.location(),
                                "")
                        .at(located.document().line(located.path()), hook.name()));
            }
        }
    }
}
