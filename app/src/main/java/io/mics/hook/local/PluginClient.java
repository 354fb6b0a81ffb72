package io.mics.hook.local;

import io.mics.hook.policy.HookClientFactory;
import io.mics.concurrent.Deadline;
import io.mics.hook.local.PluginFolder.Found;
import io.mics.hook.point.PostSendResultLimit;
import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.Target;
import io.mics.observe.Log;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.DeliveryHook;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.LoginHook;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.PostSendHook;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.sdk.plugin.RecallEvent;
import io.mics.sdk.plugin.RecallHook;
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
    private final AnswerRules rules;
    private final PostSendResultLimit resultLimit;

    private PluginClient(HookDefinition definition, Target.Local target, PluginFolder folder, AnswerRules rules) {
        this.id = definition.id();
        this.target = target;
        this.plugin = new Plugin(folder, definition.point(), target.className());
        this.trusted = CALLERS_THREAD.equals(target.settings().get(THREAD));
        this.runner = trusted
                ? new CallersThread()
                : new PluginThreads(id, definition.policy().concurrencyLimit());
        this.rules = rules;
        this.resultLimit = new PostSendResultLimit("plugin " + target.className());
    }

    /**
     * Opens clients for plugins of {@code folder}.
     *
     * @param maxMessageBytes bytes of a message body, inclusive; 0 is unlimited, where a plugin may answer 100 MiB
     */
    public static HookClientFactory factory(PluginFolder folder, int maxMessageBytes) {
        AnswerRules rules = AnswerRules.ofMessages(maxMessageBytes);
        return definition -> {
            if (definition.target() instanceof Target.Local local) {
                return new PluginClient(definition, local, folder, rules);
            }
            throw new IllegalArgumentException(definition.id() + " is no plugin");
        };
    }

    @Override
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline)
            throws InterruptedException {
        MessageDraft own = trusted ? draft : draft.withPayload(draft.payload().clone());
        return call(PreSendHook.class, context, deadline, (hook, told) -> rules.check(hook.handle(told, own), draft));
    }

    @Override
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline)
            throws InterruptedException {
        MessageRecord own =
                trusted ? message : withPayload(message, message.payload().clone());
        return call(
                PostSendHook.class,
                context,
                deadline,
                (hook, told) -> AnswerRules.check(hook.handle(told, own), resultLimit));
    }

    @Override
    public HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline)
            throws InterruptedException {
        return call(DeliveryHook.class, context, deadline, (hook, told) -> {
            hook.handle(told, delivery);
            return new HookResponse.Answered<>(Taken.TAKEN);
        });
    }

    @Override
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline)
            throws InterruptedException {
        return call(
                RecallHook.class, context, deadline, (hook, told) -> new HookResponse.Answered<>(hook.permits(told, recall)));
    }

    @Override
    public HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) throws InterruptedException {
        return call(RecallHook.class, context, deadline, (hook, told) -> {
            hook.handle(told, recall);
            return new HookResponse.Answered<>(Taken.TAKEN);
        });
    }

    @Override
    public HookResponse<Admission> entry(HookContext context, EntryEvent entry, Deadline deadline)
            throws InterruptedException {
        return call(EntryHook.class, context, deadline, (hook, told) -> AnswerRules.check(hook.handle(told, entry)));
    }

    @Override
    public HookResponse<Admission> login(HookContext context, LoginEvent login, Deadline deadline)
            throws InterruptedException {
        return call(LoginHook.class, context, deadline, (hook, told) -> AnswerRules.check(hook.handle(told, login)));
    }

    @Override
    public HookResponse<Taken> heartbeat(HookContext context, HeartbeatEvent heartbeat, Deadline deadline)
            throws InterruptedException {
        return call(HeartbeatHook.class, context, deadline, (hook, told) -> {
            hook.handle(told, heartbeat);
            return new HookResponse.Answered<>(Taken.TAKEN);
        });
    }

    /** Only makes the plugin: no call of it is harmless for certain. */
    @Override
    public HookResponse<Taken> probe(Deadline deadline) throws InterruptedException {
        return named(runner.run(
                NO_TENANT,
                () -> switch (plugin.find()) {
                    case Found.Made made -> new HookResponse.Answered<>(Taken.TAKEN);
                    case Found.Missing missing -> new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, missing.cause());
                },
                deadline));
    }

    /** A plugin's answer to one call. */
    private interface Call<H, A> {
        HookResponse<A> of(H hook, HookContext context) throws Exception;
    }

    private <H, A> HookResponse<A> call(Class<H> type, HookContext context, Deadline deadline, Call<H, A> call)
            throws InterruptedException {
        return named(runner.run(
                context.tenant(),
                () -> switch (plugin.find()) {
                    case Found.Made made -> call(type, made, context, call);
                    case Found.Missing missing -> new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, missing.cause());
                },
                deadline));
    }

    private <H, A> HookResponse<A> call(Class<H> type, Found.Made made, HookContext context, Call<H, A> call)
            throws Exception {
        if (!type.isInstance(made.plugin())) {
            return new HookResponse.Failed<>(HookResponse.Kind.FORBIDDEN, "is no " + type.getSimpleName());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(made.loader());
        try {
            return call.of(type.cast(made.plugin()), withSettings(context));
        } finally {
            thread.setContextClassLoader(before);
        }
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

    private static MessageRecord withPayload(MessageRecord message, byte[] payload) {
        return new MessageRecord(
                message.messageId(),
                message.clientMessageId(),
                message.conversationId(),
                message.sender(),
                message.sessionType(),
                message.messageType(),
                message.persistedAt(),
                payload,
                message.metadata());
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
                HookResponse<Taken> closed = runner.run(
                        NO_TENANT,
                        () -> {
                            closeable.close();
                            return new HookResponse.Answered<>(Taken.TAKEN);
                        },
                        Deadline.after(CLOSING));
                if (closed instanceof HookResponse.Failed<Taken> failed) {
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
