package io.mics.testing.gateway;

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
import io.mics.sdk.hook.HookServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** A tenant's backend that keeps messages itself: everybody may connect, and pulls what a test put there. */
public final class PullBackend implements HookHandler, AutoCloseable {
    /** Who is in every group. */
    public volatile List<String> group = List.of();

    /** Whether its devices pull, from the next connection on. */
    public volatile boolean pulls = true;

    /** Whether it gives each message once: a pull begins behind what the ones before it were given. */
    public volatile boolean givesOnce;

    private final Map<String, Integer> given = new ConcurrentHashMap<>();
    private final Map<String, List<MessageRequest>> stored = new ConcurrentHashMap<>();
    private final Map<String, List<String>> pulled = new ConcurrentHashMap<>();
    private final Map<String, Wait> waits = new ConcurrentHashMap<>();
    private final HookServer server;

    /** Something to wait for. */
    public interface Wait {
        void await() throws InterruptedException;
    }

    /** A started backend on a free port. */
    public PullBackend() throws IOException {
        server = HookServer.builder(this)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Keeps messages m{from} to m{to}, the last not included. */
    public void keep(String user, int from, int to) {
        keep(
                user,
                IntStream.range(from, to)
                        .mapToObj(i ->
                                ScriptedPages.message("m" + i).setToUserId(user).build())
                        .toArray(MessageRequest[]::new));
    }

    /** Keeps messages. */
    public void keep(String user, MessageRequest... messages) {
        stored.computeIfAbsent(user, u -> new CopyOnWriteArrayList<>()).addAll(List.of(messages));
    }

    /** Forgets the oldest messages of a user. */
    public void forget(String user, int count) {
        stored.computeIfPresent(user, (u, all) -> new CopyOnWriteArrayList<>(all.subList(count, all.size())));
    }

    /** Waits before it answers a user's pulls. */
    public void beforePulls(String user, Wait wait) {
        waits.put(user, wait);
    }

    /** How often it was asked for a user's messages. */
    public int pulls(String user) {
        return pulled.getOrDefault(user, List.of()).size();
    }

    /** The devices that asked for a user's messages, one for each question. */
    public List<String> devices(String user) {
        return pulled.getOrDefault(user, List.of());
    }

    @Override
    public AuthResponse auth(AuthRequest request) {
        return AuthResponse.newBuilder()
                .setOk(true)
                .setUserId(request.getToken().substring("valid:".length()))
                .setConfig(TenantRuntimeConfig.newBuilder().setOfflineUseHookPull(pulls))
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
    public GetOfflineMessagesResponse getOfflineMessages(GetOfflineMessagesRequest request)
            throws InterruptedException {
        String user = request.getUserId();
        pulled.computeIfAbsent(user, u -> new CopyOnWriteArrayList<>()).add(request.getDeviceId());
        Wait wait = waits.get(user);
        if (wait != null) {
            wait.await();
        }
        List<MessageRequest> all = stored.getOrDefault(user, List.of());
        int first = givesOnce ? given.getOrDefault(user, 0) : 0;
        int from = request.getCursor().isEmpty() ? first : Integer.parseInt(request.getCursor());
        int to = Math.min(from + request.getMaxMessages(), all.size());
        given.put(user, to);
        return GetOfflineMessagesResponse.newBuilder()
                .setOk(true)
                .addAllMessages(all.subList(from, to))
                .setNextCursor(Integer.toString(to))
                .setHasMore(to < all.size())
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
