package io.mics;

import io.mics.admin.terminal.TerminalText;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.HeapShare;
import io.mics.config.ConfigResult;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.hook.BackendOperation;
import io.mics.hook.CallResult;
import io.mics.hook.TenantBackend;
import io.mics.hook.config.HooksSettings;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;
import io.mics.kafka.KafkaCheckup;
import io.mics.listener.Descriptors;
import io.mics.node.hooks.HookPlatform;
import io.mics.node.hooks.HookTransports;
import io.mics.node.hooks.OutboundHttp;
import io.mics.node.settings.ConfigCheck;
import io.mics.node.settings.Configuration;
import io.mics.node.settings.MemoryCeiling;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metrics;
import io.mics.observe.TraceId;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.protocol.ConnectDecision;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisCheckup;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisSettings;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.ws.WsSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks a configuration and everything it names over before they are needed: limits of the process, ports,
 * certificates, clock, Redis, Kafka, the store of durable tenants, every tenant's backend and every hook. Calls
 * backends with an empty token and hooks with a probe, and changes nothing anywhere.
 */
final class Doctor {
    private static final int UNFIT = 1;
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final String DEVICE = "doctor";

    private final List<Finding> findings = new ArrayList<>();
    private final List<String> sound = new ArrayList<>();
    private final ClockCheck clock = new ClockCheck(this);

    /**
     * Something that is not as it should be.
     *
     * @param serious whether the server will not do its work because of it
     * @param what    what was looked at
     * @param how     how it is, in plain words
     * @param fix     what to do about it
     */
    record Finding(boolean serious, String what, String how, String fix) {
        /** The finding as it is printed. */
        String line() {
            return (serious ? "FAIL " : "WARN ") + what + ": " + how + "\n     fix: " + fix;
        }
    }

    /**
     * Prints what is wrong to {@code out}; the exit code is 0 where the server can do its work, 1 where it cannot, 78
     * where its configuration is wrong.
     */
    static int run(Path dir, Map<String, String> environment, PrintStream out) {
        return switch (Configuration.read(dir, environment)) {
            case ConfigResult.Invalid<Configuration> invalid -> ConfigCheck.refuse(invalid.problems(), out);
            case ConfigResult.Valid<Configuration> valid -> {
                valid.notes().forEach(out::println);
                yield report(examine(valid.value()), out);
            }
        };
    }

    private static int report(Doctor doctor, PrintStream out) {
        List<Finding> findings = doctor.findings;
        doctor.sound.forEach(out::println);
        findings.forEach(finding -> out.println(finding.line()));
        if (findings.isEmpty()) {
            out.println("everything is as it should be");
        }
        return findings.stream().anyMatch(Finding::serious) ? UNFIT : 0;
    }

    /** Looks over everything around a valid configuration. */
    private static Doctor examine(Configuration configuration) {
        Doctor doctor = new Doctor();
        NodeConfig config = configuration.node();
        doctor.limits(config);
        MachineCheck.ports(config, doctor);
        MachineCheck.certificates(configuration, doctor);
        doctor.redis(config);
        DurableCheck durable = new DurableCheck(config, doctor);
        if (doctor.kafka(config)) {
            durable.topics();
        }
        durable.store(doctor.clock);
        durable.writeAheadLog();
        try (OutboundHttp outboundHttp = new OutboundHttp(config.get(HooksSettings.SECTION));
                HookTransports transports = HookPlatform.transports(configuration, outboundHttp)) {
            doctor.backends(config, outboundHttp);
            for (HookDefinition hook : configuration.hooks().hooks()) {
                doctor.hook(hook, transports);
            }
            doctor.clock.finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            doctor.fail("doctor", "was interrupted", "run it again");
        }
        return doctor;
    }

    /** The server will not do its work because of this. */
    void fail(String what, String how, String fix) {
        findings.add(new Finding(true, what, TerminalText.line(how), fix));
    }

    /** The server will do its work in spite of this. */
    void warn(String what, String how, String fix) {
        findings.add(new Finding(false, what, TerminalText.line(how), fix));
    }

    /** This was looked at and is as it should be. */
    void ok(String what, String how) {
        sound.add("OK   " + what + ": " + TerminalText.line(how));
    }

    /** The same, where nothing was found since there were {@code before} findings. */
    private void okSince(int before, String what, String how) {
        if (findings.size() == before) {
            ok(what, how);
        }
    }

    private void limits(NodeConfig config) {
        MemoryCeiling ceiling = MemoryCeiling.of(config);
        if (!ceiling.unlimited().isEmpty()) {
            warn("memory", "nothing limits " + ceiling.unlimited(), "set each to a size, or remove the line");
        } else {
            long heap = Runtime.getRuntime().maxMemory();
            ok(
                    "memory",
                    "what can grow adds up to " + ceiling.total() + " bytes, and this heap of " + heap + " leaves "
                            + HeapShare.growable(heap) + "; the server's is another if its -Xmx is");
        }
        files(config.get(WsSettings.SECTION).maxTcpConnections());
    }

    /** Whether {@code wanted} sockets of clients fit; 0 is as many as do. The rule is the listener's. */
    private void files(int wanted) {
        long allowed = Descriptors.limit();
        int room = Descriptors.clients(allowed, Descriptors.open());
        String files = "the process may open " + allowed + " files, which is room for " + room + " sockets of clients";
        if (wanted > room) {
            warn(
                    "open files",
                    "ws.max-tcp-connections is " + wanted + ", but " + files,
                    "ulimit -n " + Descriptors.files(wanted) + ", or lower ws.max-tcp-connections");
        } else {
            ok("open files", allowed == Long.MAX_VALUE ? "without a limit" : files);
        }
    }

    private void redis(NodeConfig config) {
        String uri = config.get(RedisSettings.SECTION).uri();
        if (uri.isEmpty() || !(RedisAddress.parse(uri) instanceof RedisAddress.Parsed.Valid valid)) {
            return;
        }
        Instant begun = Instant.now();
        switch (RedisCheckup.of(valid.address())) {
            case RedisOutcome.Unavailable<RedisCheckup.Facts> unavailable ->
                fail("Redis", "does not answer: " + unavailable.cause(), "start it, or correct redis.uri");
            case RedisOutcome.Value<RedisCheckup.Facts> value -> {
                clock.redis(value.value(), begun, Instant.now());
                int before = findings.size();
                redis(value.value());
                okSince(before, "Redis", "answers, takes writes, and forgets nothing");
            }
        }
    }

    private void redis(RedisCheckup.Facts facts) {
        if (!facts.role().equals("master")) {
            fail("Redis", "is a replica and takes no writes", "name the master, or use redis-sentinel://");
        }
        if (facts.maxMemory() > 0 && !facts.evictionPolicy().equals("noeviction")) {
            warn(
                    "Redis",
                    "maxmemory-policy is " + facts.evictionPolicy() + ": a full Redis forgets who is online",
                    "CONFIG SET maxmemory-policy noeviction");
        }
    }

    /** Whether there is a Kafka, and it answers. */
    private boolean kafka(NodeConfig config) {
        int before = findings.size();
        boolean configured = config.get(KafkaEventSettings.SECTION).isConfigured();
        if (configured) {
            KafkaCheckup.of(config.kafka(0).connection())
                    .ifPresent(cause -> fail(
                            "Kafka",
                            cause,
                            "start the brokers, or correct kafka.bootstrap-servers and kafka.security"));
            okSince(before, "Kafka", "answers");
        }
        return configured && findings.size() == before;
    }

    private void backends(NodeConfig config, OutboundHttp outboundHttp) throws InterruptedException {
        TenantBackend backend = new TenantBackend(new Metrics(), outboundHttp.backends(), Map.of());
        for (TenantConfig tenant : config.tenants().all()) {
            if (tenant.settings().hooks().authBaseUrl().startsWith("http")) {
                backend(backend, new Tenant(tenant), outboundHttp);
            }
        }
    }

    private void backend(TenantBackend backend, Tenant tenant, OutboundHttp outboundHttp) throws InterruptedException {
        String what = "backend of tenant " + tenant.id();
        int before = findings.size();
        switch (backend.askAuth(tenant, "", DEVICE, TraceId.create())) {
            case HookResponse.Failed<AuthResponse> failed ->
                fail(what, failed.cause() + " (" + CallResult.of(failed.kind()).label() + ")", fixOf(failed.kind()));
            case HookResponse.Answered<AuthResponse> answered -> {
                if (TenantBackend.identity(tenant, answered.answer(), DEVICE)
                        instanceof ConnectDecision.Accepted<TenantBackend.Identity> accepted) {
                    String user = accepted.result().userId();
                    warn(what, "takes an empty token for " + user, "refuse tokens that are empty");
                }
            }
        }
        if (tenant.hooks().secret().isEmpty()) {
            warn(what, "is called without a signature", "set hooks.secret here and verify it there");
        }
        okSince(before, what, "answers, refuses an empty token, and is called with a signature");
        clock.backend(what, tenant.hooks().authBaseUrl() + BackendOperation.AUTH.path(), outboundHttp);
    }

    private static String fixOf(HookResponse.Kind failure) {
        return switch (failure) {
            case REFUSED -> "hooks.base-url must end before /auth; the backend must answer POST {base-url}/auth";
            case ERROR -> "look into the backend's log";
            case TIMEOUT -> "make the backend answer within hooks.auth-timeout, or raise it";
            case UNREACHABLE, FORBIDDEN -> "start the backend, or correct hooks.base-url";
            case UNDECODABLE -> "answer a protobuf AuthResponse (mics.hook.v1)";
            case SIGN_REQUIRED -> "set hooks.secret";
            case BUSY, RATE_LIMITED, CIRCUIT_OPEN -> "ask again";
        };
    }

    private static String fixOf(Target target) {
        return switch (target) {
            case Target.Local local -> "put its jar into the folder that hooks.plugins names, or correct its class";
            case Target.Grpc grpc -> "start its server, or correct its transport in hooks.yaml";
            case Target.Webhook webhook -> "start its server, or correct its transport and webhooks in hooks.yaml";
            case Target.MicsHttp http -> "start its backend, or correct its transport in hooks.yaml";
        };
    }

    private void hook(HookDefinition hook, HookClientFactory clients) throws InterruptedException {
        String what = hook.point().label() + " hook " + hook.id();
        int before = findings.size();
        try (HookClient client = clients.open(hook)) {
            if (client.probe(Deadline.after(PROBE)) instanceof HookResponse.Failed<Acknowledged> failed) {
                fail(what, failed.cause() + " (" + failed.kind().label() + ")", fixOf(hook.target()));
            }
            okSince(before, what, "answers");
        }
    }
}
