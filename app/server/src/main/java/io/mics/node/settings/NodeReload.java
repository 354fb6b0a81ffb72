package io.mics.node.settings;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.config.reload.Reloadable;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.log.LogSetup;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How a running node takes over changed files: its tenants at once, the rest where it can change while running.
 *
 * @param changed gets the tenants that a reload added or changed
 */
public record NodeReload(Tenants tenants, Consumer<Collection<Tenant>> changed) implements Reloadable<NodeConfig> {
    private static final Log LOG = Log.of(NodeReload.class);
    private static final String TENANTS_FILE = "file:tenants.yaml";

    /** A file is watched where its links lead; the directory sees a link that now leads elsewhere. */
    @Override
    public List<Path> watched(Path dir, Map<String, String> environment) {
        return List.of(dir, dir.resolve("mics.yaml"), dir.resolve("tenants.yaml"));
    }

    @Override
    public Metric reloads() {
        return Metric.CONFIG_RELOADS;
    }

    @Override
    public ConfigResult<NodeConfig> read(Path dir, Map<String, String> environment) {
        return NodeConfigReader.read(dir, environment);
    }

    @Override
    public List<Problem> refuse(NodeConfig running, NodeConfig next) {
        if (!running.tenants().inFile().isEmpty() && next.tenants().inFile().isEmpty()) {
            return List.of(new Problem("tenants", TENANTS_FILE, "is empty or missing, and was not before", ""));
        }
        if (next.tenants().playground() && !running.tenants().playground()) {
            return List.of(new Problem("tenants", TENANTS_FILE, "a reload never opens the playground", ""));
        }
        return List.of();
    }

    @Override
    public NodeConfig apply(NodeConfig running, NodeConfig next) {
        if (!running.get(LogSection.SECTION).equals(next.get(LogSection.SECTION))) {
            LogSetup.apply(next.get(LogSection.SECTION));
        }
        List<String> frozen = running.frozen(next);
        if (!frozen.isEmpty()) {
            LOG.warn("config_restart_required", "keys", frozen);
        }
        Tenants.Changes changes = tenants.apply(next.tenants().all());
        if (!changes.equals(Tenants.Changes.NONE)) {
            LOG.info(
                    "tenants_reloaded",
                    "added",
                    changes.added(),
                    "updated",
                    changes.updated(),
                    "removed",
                    changes.removed());
            changed.accept(Stream.of(changes.added(), changes.updated())
                    .flatMap(List::stream)
                    .flatMap(id -> tenants.find(id).stream())
                    .toList());
        }
        return running.takeOver(next);
    }
}
