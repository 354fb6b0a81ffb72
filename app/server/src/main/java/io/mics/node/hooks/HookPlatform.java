package io.mics.node.hooks;

import io.mics.admin.HooksApi;
import io.mics.config.reload.ConfigReload;
import io.mics.event.DeadLetters;
import io.mics.event.kafka.KafkaDeadLetterBrowser;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.TenantBackend;
import io.mics.hook.config.HookOverrideStore;
import io.mics.hook.config.HookOverrides;
import io.mics.hook.config.HooksFile;
import io.mics.hook.config.HooksReload;
import io.mics.hook.config.HooksSettings;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.MemoryRetryQueue;
import io.mics.hook.dispatch.kafka.KafkaAuditTopic;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.record.HookAudit;
import io.mics.hook.record.HookRecorder;
import io.mics.hook.record.HookRecords;
import io.mics.hook.record.RecordingClients;
import io.mics.hook.registry.ConnectHooks;
import io.mics.hook.registry.ConnectionNotifier;
import io.mics.hook.registry.HookRegistry;
import io.mics.hook.registry.PreSendChain;
import io.mics.kafka.KafkaSender;
import io.mics.lifecycle.Closing;
import io.mics.message.IdempotencyKeys;
import io.mics.message.MessageTracer;
import io.mics.message.PreSend;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.StartRefusedException;
import io.mics.node.settings.TracingSettings;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.SpanSink;
import io.mics.observe.Spans;
import io.mics.observe.TraceBuffer;
import io.mics.observe.TraceId;
import io.mics.tenant.Tenants;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The hooks of a node: which there are, how each is reached, and what is recorded of their calls. */
public final class HookPlatform implements AutoCloseable {
    private final Closing closing = new Closing();
    private final TraceBuffer traces;
    private final MessageTracer tracer;
    private final HookAudit audit;
    private Optional<HookRecorder> recorder = Optional.empty();
    private final HookRecords records;
    private final DispatchMeters dispatchMeters;
    private final Optional<MemoryRetryQueue> retries;
    private final DeadLetters deadLetters;
    private final OutboundHttp outboundHttp;
    private final HookTransports transports;
    private final HookRegistry registry;
    private final ConnectionNotifier notifier;
    private final HookOverrides overrides;
    private final ConfigReload<HooksFile> reload;

    /**
     * The hooks of {@code configuration}, with what tenants have otherwise in {@code store}, and as both change.
     *
     * @param outboundHttp makes calls over HTTP; not closed here
     * @param kafka    takes the audit, and has the dead letters; not closed here
     */
    public HookPlatform(
            Configuration configuration,
            HookOverrideStore store,
            OutboundHttp outboundHttp,
            Optional<KafkaSender> kafka,
            Metrics metrics) {
        this.outboundHttp = outboundHttp;
        NodeConfig config = configuration.node();
        HooksSettings settings = config.get(HooksSettings.SECTION);
        traces = new TraceBuffer(settings.explainEntries(), Clock.systemUTC());
        SpanSink spans = spans(config);
        tracer = new MessageTracer(traces, spans);
        Counter unaudited = metrics.counter(Metric.HOOK_AUDIT_DROPPED, config.nodeId());
        Optional<KafkaAuditTopic> auditTopic = kafka.filter(
                        sender -> !settings.auditTopic().isEmpty())
                .map(sender -> new KafkaAuditTopic(settings.auditTopic(), sender, unaudited));
        audit = closing.add(
                "hook audit",
                opened("hooks.audit-log", () -> HookAudit.to(settings.auditLog(), auditTopic, unaudited)));
        records = new HookRecords(metrics, traces, audit, spans);
        dispatchMeters = new DispatchMeters(metrics);
        retries = kafka.isPresent()
                ? Optional.empty()
                : Optional.of(new MemoryRetryQueue(InstantSource.system(), dispatchMeters));
        deadLetters = retries.map(MemoryRetryQueue::deadLetters)
                .orElseGet(() -> new KafkaDeadLetterBrowser(
                        config.kafka(0), config.get(KafkaEventSettings.SECTION).hookTopics()));
        transports = closing.add("hook transports", transports(configuration, outboundHttp));
        transports.warnOfMissingPlugins(configuration.hooks().hooks());
        registry = closing.add("hook registry", new HookRegistry(clients(config, metrics), records));
        notifier = new ConnectionNotifier(registry, records, metrics);
        overrides = closing.add("hook overrides", new HookOverrides(registry, store, configuration.hooks()).start());
        Configuration.Sources sources = configuration.sources();
        reload = closing.add(
                "hooks reload",
                new ConfigReload<>(
                                sources.dir(),
                                sources.environment(),
                                configuration.hooks(),
                                new HooksReload(this::follow),
                                metrics)
                        .start());
    }

    private SpanSink spans(NodeConfig config) {
        TracingSettings tracing = config.get(TracingSettings.SECTION);
        return tracing.endpoint().isEmpty()
                ? SpanSink.NONE
                : closing.add("spans", new Spans(tracing.endpoint(), tracing.share(), config.nodeId()));
    }

    /** How the hooks of a configuration are reached. */
    public static HookTransports transports(Configuration configuration, OutboundHttp outboundHttp) {
        NodeConfig config = configuration.node();
        outboundHttp.allow(configuration.hooks());
        return new HookTransports(
                configuration
                        .sources()
                        .dir()
                        .resolve(config.get(HooksSettings.SECTION).plugins()),
                config.maxMessageBytes(),
                outboundHttp);
    }

    private HookClientFactory clients(NodeConfig config, Metrics metrics) {
        HooksSettings settings = config.get(HooksSettings.SECTION);
        if (settings.record().isEmpty()) {
            return transports;
        }
        HookRecorder writes = closing.add(
                "hook record",
                opened(
                        "hooks.record",
                        () -> HookRecorder.to(
                                settings.record(),
                                settings.recordMaxBytes(),
                                metrics.counter(Metric.HOOK_RECORDS_DROPPED, config.nodeId()))));
        recorder = Optional.of(writes);
        return new RecordingClients(transports, writes);
    }

    /** What writes a file that the setting {@code key} names. */
    private static <T> T opened(String key, Supplier<T> open) {
        try {
            return open.get();
        } catch (UncheckedIOException e) {
            throw new StartRefusedException(key, e.getMessage() + ": " + e.getCause());
        }
    }

    private void follow(HooksFile changed) {
        outboundHttp.allow(changed);
        transports.warnOfMissingPlugins(changed.hooks());
        overrides.file(changed);
    }

    /** What a message passes before it is accepted. */
    public PreSend preSend(NodeConfig config, TenantBackend backend, IdempotencyKeys keys) {
        return new PreSend(
                new PreSendChain(
                        backend,
                        registry,
                        records,
                        config.maxMessageBytes(),
                        config.get(HooksSettings.SECTION).preSendDeadline()),
                keys);
    }

    /** What a connection passes before it is a session. */
    public ConnectHooks connectHooks() {
        return new ConnectHooks(registry, records);
    }

    /** What is notified of connections. */
    public ConnectionNotifier notifier() {
        return notifier;
    }

    /** The names of messages towards hooks; {@code epoch} is this start of the node, 0 without a directory. */
    public static IdempotencyKeys keys(long epoch) {
        return new IdempotencyKeys(epoch == 0 ? TraceId.create() : "");
    }

    /** Shows hooks and changes them. */
    public HooksApi api(Tenants tenants) {
        return new HooksApi(
                overrides,
                registry,
                transports,
                id -> tenants.find(id).map(tenant -> tenant.settings().businessType()),
                reload::lastProblem);
    }

    /** What is wrong with the files or with overrides; what ran before them runs on. */
    public Optional<String> problem() {
        return Stream.of(
                        reload.lastProblem(),
                        overrides.lastProblem(),
                        audit.problem(),
                        recorder.flatMap(HookRecorder::problem))
                .flatMap(Optional::stream)
                .reduce((file, override) -> file + "\n" + override);
    }

    /** Calls of hooks outside the sender's thread that were given up. */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /** Where calls wait for their next attempt in this process; empty where Kafka has them. */
    public Optional<MemoryRetryQueue> retries() {
        return retries;
    }

    /** Meters of calls outside the sender's thread. */
    public DispatchMeters dispatchMeters() {
        return dispatchMeters;
    }

    public HookRegistry registry() {
        return registry;
    }

    public HookRecords records() {
        return records;
    }

    public MessageTracer tracer() {
        return tracer;
    }

    public TraceBuffer traces() {
        return traces;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        registry.forget(tenant);
        records.forget(tenant);
        notifier.forget(tenant);
        traces.forget(tenant);
    }

    @Override
    public void close() {
        closing.close();
    }
}
