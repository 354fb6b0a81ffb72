package io.mics.testing;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.sdk.hook.HookHandler;
import io.mics.sdk.hook.HookServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A tenant's backend that answers {@code /auth} for the token {@code valid:{user}} at once and for {@code held:{user}}
 * when a test says so. Everybody may do everything.
 */
public final class HeldAuth implements HookHandler, AutoCloseable {
    /** Who is in every group. */
    public volatile List<String> group = List.of();

    private final Map<String, CountDownLatch> asked = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> released = new ConcurrentHashMap<>();
    private final Map<String, TenantRuntimeConfig> configs = new ConcurrentHashMap<>();
    private final HookServer server;

    /** A started backend on a free port. */
    public HeldAuth() throws IOException {
        server = HookServer.builder(this)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.port();
    }

    /** A tenants.yaml with the one tenant t1, which has this backend and these settings beside. */
    public String tenants(String more) {
        return "tenants:\n  t1:\n    hooks: {base-url: \"" + baseUrl() + "\", timeout: 5s, auth-timeout: 30s}\n" + more;
    }

    /** What the answer for this token sets for the tenant. */
    public void configure(String token, TenantRuntimeConfig config) {
        configs.put(token, config);
    }

    /** Returns when it was asked for {@code held:{user}}. */
    public void awaitAsked(String user) throws InterruptedException {
        latch(asked, user).await();
    }

    /** Lets {@code held:{user}} be answered, now and later. */
    public void release(String user) {
        latch(released, user).countDown();
    }

    private static CountDownLatch latch(Map<String, CountDownLatch> latches, String user) {
        return latches.computeIfAbsent(user, u -> new CountDownLatch(1));
    }

    @Override
    public AuthResponse auth(AuthRequest request) throws InterruptedException {
        String token = request.getToken();
        String user = token.substring(token.indexOf(':') + 1);
        if (token.startsWith("held:")) {
            latch(asked, user).countDown();
            latch(released, user).await();
        }
        return AuthResponse.newBuilder()
                .setOk(true)
                .setUserId(user)
                .setConfig(configs.getOrDefault(token, TenantRuntimeConfig.getDefaultInstance()))
                .build();
    }

    @Override
    public CheckMessageResponse checkMessage(CheckMessageRequest request) {
        return CheckMessageResponse.newBuilder().setAllow(true).build();
    }

    @Override
    public GetGroupMembersResponse getGroupMembers(GetGroupMembersRequest request) {
        return GetGroupMembersResponse.newBuilder().addAllUserIds(group).build();
    }

    @Override
    public GetOfflineMessagesResponse getOfflineMessages(GetOfflineMessagesRequest request) {
        return GetOfflineMessagesResponse.newBuilder().setOk(true).build();
    }

    @Override
    public void close() {
        server.close();
    }
}
