package io.mics.hook.local;

import io.mics.concurrent.Deadline;
import io.mics.hook.local.PluginFolder.Found;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.observe.Log;
import io.mics.sdk.plugin.HookContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A hook that is a plugin: a class of a jar in the plugins' folder. Contains what the plugin does by mistake, not by
 * malice: exceptions, null, loops, threads left behind, answers too large, {@code System.exit}.
 */
public final class PluginClient implements HookClient {
    /**
     * The setting that says on which thread a plugin runs: {@value #CALLERS_THREAD}, for one that is trusted; anything
     * else is a thread of its own.
     */
    public static final String THREAD = "mics.thread";

    /** See {@link #THREAD}. */
    public static final String CALLERS_THREAD = "caller";

    private static final Log LOG = Log.of(PluginClient.class);
    private static final String NO_TENANT = "";
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final String id;
    private final Target.Local target;
    private final Plugin plugin;
    private final PluginRunner runner;
    private final boolean trusted;
    private final int maxPayloadBytes;
    private final PostSendResultLimit resultLimit;

    private PluginClient(HookDefinition definition, Target.Local target, PluginFolder folder, int maxPayloadBytes) {
        this.id = definition.id();
        this.target = target;
        this.plugin = new Plugin(folder, definition.point(), target.className());
        this.trusted = CALLERS_THREAD.equals(target.settings().get(THREAD));
        this.runner = trusted
                ? new CallerThreadRunner()
                : new PluginThreads(id, definition.policy().concurrencyLimit());
        this.maxPayloadBytes = maxPayloadBytes;
        this.resultLimit = new PostSendResultLimit("plugin " + target.className());
    }

    /**
     * Opens clients for plugins of {@code folder}.
     *
     * @param maxMessageBytes bytes of a message body, inclusive; 0 is unlimited, where a plugin may answer 100 MiB
     */
    public static HookClientFactory factory(PluginFolder folder, int maxMessageBytes) {
        int maxPayloadBytes = PluginAnswer.maxPayloadBytes(maxMessageBytes);
        return definition -> {
            if (definition.target() instanceof Target.Local local) {
                return new PluginClient(definition, local, folder, maxPayloadBytes);
            }
            throw new IllegalArgumentException(definition.id() + " is no plugin");
        };
    }

    @Override
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline)
            throws InterruptedException {
        HookRequest<A> own = trusted ? request : request.copy();
        return named(runner.run(
                context.tenant(),
                () -> switch (plugin.find()) {
                    case Found.Made made -> answer(made, context, own).responseTo(request);
                    case Found.Missing missing ->
                        new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, missing.cause());
                },
                deadline));
    }

    private PluginAnswer answer(Found.Made made, HookContext context, HookRequest<?> request) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(made.loader());
        try {
            Object answer = request.callPlugin(made.plugin(), withSettings(context));
            return new PluginAnswer(answer, maxPayloadBytes, resultLimit);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Only makes the plugin: no call of it is harmless for certain. */
    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) throws InterruptedException {
        return named(runner.run(
                NO_TENANT,
                () -> switch (plugin.find()) {
                    case Found.Made made -> new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
                    case Found.Missing missing ->
                        new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, missing.cause());
                },
                deadline));
    }

    /** What is set for the plugin, as attributes; those of the gateway stay. */
    private HookContext withSettings(HookContext context) {
        if (target.settings().isEmpty()) {
            return context;
        }
        Map<String, String> attributes = new HashMap<>(target.settings());
        attributes.putAll(context.attributes());
        return new HookContext(
                context.tenant(),
                context.businessType(),
                context.sessionId(),
                context.sessionType(),
                context.messageType(),
                context.sender(),
                context.device(),
                context.traceId(),
                context.idempotencyKey(),
                context.attempt(),
                context.deadline(),
                context.tags(),
                attributes);
    }

    private <A> HookResponse<A> named(HookResponse<A> response) {
        return switch (response) {
            case HookResponse.Answered<A> answered -> answered;
            case HookResponse.Failed<A> failed ->
                new HookResponse.Failed<>(failed.kind(), "plugin " + target.className() + ": " + failed.cause());
        };
    }

    /** Lets a plugin that is {@link AutoCloseable} close itself, then interrupts what it left running. */
    @Override
    public void close() {
        AutoCloseable closeable = plugin.closeable();
        try {
            if (closeable != null) {
                HookResponse<Acknowledged> closed = runner.run(
                        NO_TENANT,
                        () -> {
                            closeable.close();
                            return new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
                        },
                        Deadline.after(CLOSING));
                if (closed instanceof HookResponse.Failed<Acknowledged> failed) {
                    LOG.warn("plugin_not_closed", "hook", id, "cause", failed.cause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            runner.close();
        }
    }

    /** Calls that did not end when their callers had gone. */
    int left() {
        return runner instanceof PluginThreads threads ? threads.left() : 0;
    }

    /** Threads of the plugin that are alive. */
    int alive() {
        return runner instanceof PluginThreads threads ? threads.alive() : 0;
    }
}
