package io.mics.hook.config;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.config.reload.Reloadable;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How a running node takes over changed hooks: all at once, by {@code live}. */
public record HooksReload(Consumer<HooksFile> live) implements Reloadable<HooksFile> {
    private static final Log LOG = Log.of(HooksReload.class);

    @Override
    public List<Path> watched(Path dir, Map<String, String> environment) {
        return HookFiles.in(dir, environment).watched();
    }

    @Override
    public Metric reloads() {
        return Metric.HOOK_RELOADS;
    }

    @Override
    public ConfigResult<HooksFile> read(Path dir, Map<String, String> environment) {
        return HooksFileReader.read(dir, environment);
    }

    /** A file that is being written anew is empty for a moment; a compliance hook must not be. */
    @Override
    public List<Problem> refuse(HooksFile running, HooksFile next) {
        return next.written() || running.hooks().isEmpty()
                ? List.of()
                : List.of(new Problem(
                        "hooks", "file:hooks.yaml", "is empty or missing, and was not; {hooks: {}} removes all", ""));
    }

    @Override
    public HooksFile apply(HooksFile running, HooksFile next) {
        if (!next.equals(running)) {
            HookWarnings.of(next.hooks()).forEach(note -> LOG.warn("hooks_warning_reported", "note", note));
            live.accept(next);
        }
        return next;
    }
}
