package io.mics.sdk.hook.example;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.hook.HookHandler;
import io.mics.sdk.hook.HookSecrets;
import io.mics.sdk.hook.HookServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a tenant's backend, for demonstrations, tests and load scripts. Token {@code valid:{user}} is that
 * user, with or without {@code Bearer } before it; every other token is refused. Serves every tenant. All it knows may
 * be changed while it runs, from any thread.
 *
 * <p>With a Kafka in its settings it also keeps what users missed: it reads the OFFLINE_MESSAGE events, stores them in
 * a file, and answers {@code /get-offline-messages} from it. All else is in memory.
 */
public final class ExampleBackend implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ExampleBackend.class.getName());

    private final BackendSettings settings;
    private final HookServer server;
    private final Map<String, List<String>> groups = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final OfflinePages offline = new OfflinePages();
    private final @Nullable MissedMessages missed;
    private final @Nullable AutoCloseable events;
    private volatile Duration delay;
    private volatile double failRate;
    private volatile TenantRuntimeConfig config;

    /**
     * Starts at once. Kafka need not be reachable yet.
     *
     * @throws IOException the port cannot be bound, or the store cannot be opened
     */
    public ExampleBackend(BackendSettings settings) throws IOException {
        this.settings = settings;
        this.delay = settings.delay();
        this.failRate = settings.failRate();
        this.config = settings.config();
        groups.putAll(settings.groups());
        EventSettings kafka = settings.events();
        missed = kafka == null ? null : new MissedMessages(kafka.folder());
        try {
            server = HookServer.builder(new Answers())
                    .port(settings.port())
                    .secrets(new Secrets())
                    .start();
        } catch (IOException | RuntimeException e) {
            closeStore();
            throw e;
        }
        try {
            events = kafka == null || missed == null
                    ? null
                    : OfflineEvents.start(kafka, new Secrets()::ofEvents, missed);
        } catch (RuntimeException e) {
            server.close();
            closeStore();
            throw e;
        }
    }

    /** Serves until the process ends. Arguments: {@code [--port N]}; the rest is in the environment, see the README. */
    public static void main(String[] args) throws IOException, InterruptedException {
        BackendSettings settings;
        try {
            settings = BackendSettings.from(Arrays.asList(args), System::getenv);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(78);
            return;
        }
        try (ExampleBackend backend = new ExampleBackend(settings)) {
            // the process ends with the program: events in hand are stored and committed
            Runtime.getRuntime().addShutdownHook(new Thread(backend::close));
            System.out.println("example backend on port " + backend.port());
            new CountDownLatch(1).await();
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** What to configure at the gateway as the hooks' base URL. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port();
    }

    /** Sets who is in a group, from the next question on. */
    public void setGroup(String groupId, List<String> userIds) {
        groups.put(groupId, List.copyOf(userIds));
    }

    /** Sets what a user missed, from the next question on. Without effect where a store answers. */
    public void setOffline(String userId, List<MessageRequest> messages) {
        offline.put(userId, messages);
    }

    /** How many messages are stored for a user to pull; 0 where no events are read. */
    public int stored(String tenantId, String userId) {
        return missed == null ? 0 : missed.count(tenantId, userId);
    }

    /** Sets how long each answer waits, from the next call on. */
    public void setDelay(Duration each) {
        delay = each;
    }

    /** Sets the share of calls answered 500, from 0 to 1. */
    public void setFailRate(double share) {
        failRate = share;
    }

    /** Sets what successful {@code /auth} answers carry; its {@code tenant_secret} then signs the other hooks. */
    public void setConfig(TenantRuntimeConfig newConfig) {
        config = newConfig;
    }

    /** How many calls of {@code auth}, {@code check-message}, … came in, refused signatures not counted. */
    public long calls(String operation) {
        LongAdder count = calls.get(operation);
        return count == null ? 0 : count.sum();
    }

    /** Ends everything, the event in hand first. */
    @Override
    public void close() {
        if (events != null) {
            try {
                events.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "the event consumer does not close", e);
            }
        }
        server.close();
        closeStore();
    }

    private void closeStore() {
        if (missed != null) {
            try {
                missed.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the store does not close", e);
            }
        }
    }

    private void arrive(String operation) throws Exception {
        calls.computeIfAbsent(operation, name -> new LongAdder()).increment();
        if (!delay.isZero()) {
            Thread.sleep(delay.toMillis());
        }
        if (ThreadLocalRandom.current().nextDouble() < failRate) {
            throw new IOException("failing on purpose");
        }
    }

    private final class Secrets implements HookSecrets {
        @Override
        public @Nullable String configured(String tenantId) {
            Map<String, String> secrets = settings.tenants().secrets();
            return secrets.isEmpty() ? settings.secret() : secrets.get(tenantId);
        }

        @Override
        public @Nullable String runtime(String tenantId) {
            String given = config.getTenantSecret();
            return given.isEmpty() ? configured(tenantId) : given;
        }

        @Override
        public boolean signRequired(String tenantId) {
            return settings.tenants()
                    .signRequired(tenantId, settings.tenants().secrets().isEmpty());
        }

        /** The gateway signs events with the configured secret until it has learned the other. */
        List<String> ofEvents(String tenantId) {
            return Stream.of(runtime(tenantId), configured(tenantId), settings.secret())
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
        }
    }

    private final class Answers implements HookHandler {
        @Override
        public AuthResponse auth(AuthRequest request) throws Exception {
            arrive("auth");
            String token = request.getToken();
            String bare = token.startsWith("Bearer ") ? token.substring("Bearer ".length()) : token;
            String user = bare.startsWith("valid:") ? bare.substring("valid:".length()) : "";
            return user.isEmpty()
                    ? AuthResponse.newBuilder().setReason("invalid token").build()
                    : AuthResponse.newBuilder()
                            .setOk(true)
                            .setUserId(user)
                            .setDeviceId(request.getDeviceId())
                            .setConfig(settings.tenants()
                                    .over(config, request.getMeta().getTenantId()))
                            .build();
        }

        @Override
        public CheckMessageResponse checkMessage(CheckMessageRequest request) throws Exception {
            arrive("check-message");
            String word = settings.denyWord();
            boolean denied = !word.isEmpty()
                    && request.getMessage()
                            .getMsgBody()
                            .toString(StandardCharsets.UTF_8)
                            .contains(word);
            return CheckMessageResponse.newBuilder()
                    .setAllow(!denied)
                    .setReason(denied ? "denied word" : "")
                    .build();
        }

        @Override
        public GetGroupMembersResponse getGroupMembers(GetGroupMembersRequest request) throws Exception {
            arrive("get-group-members");
            return GetGroupMembersResponse.newBuilder()
                    .addAllUserIds(groups.getOrDefault(request.getGroupId(), List.of()))
                    .build();
        }

        @Override
        public GetOfflineMessagesResponse getOfflineMessages(GetOfflineMessagesRequest request) throws Exception {
            arrive("get-offline-messages");
            return missed == null ? offline.page(request) : missed.page(request);
        }
    }
}
