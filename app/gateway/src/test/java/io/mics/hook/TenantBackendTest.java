package io.mics.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.mics.concurrent.Deadline;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.hook.point.HookResponse;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.ConnectDecision.Accepted;
import io.mics.protocol.ConnectDecision.Refused;
import io.mics.sdk.sign.HookSignature;
import io.mics.sdk.sign.Verdict;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.BackendSettings.OnFailure;
import io.mics.tenant.Tenant;
import io.mics.testing.gateway.TestTenants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TenantBackendTest {
    private static final MessageRequest MESSAGE =
            MessageRequest.newBuilder().setTenantId("t1").setMsgId("m1").build();
    private static final SendDecision ALLOWED = new SendDecision.Allowed(MESSAGE);
    private static final ConnectDecision<TenantBackend.Identity> U1 =
            new Accepted<>(new TenantBackend.Identity("u1", "d1", TenantRuntimeConfig.getDefaultInstance()));
    private static final ConnectDecision<TenantBackend.Identity> UNAVAILABLE =
            new Refused<>(CloseCode.LIMIT_REACHED, "auth unavailable");
    private static final BackendTransport DOWN =
            (op, url, request, deadline) -> new HookResponse.Failed<>(HookResponse.Kind.ERROR, "500 from " + url);

    private final Metrics metrics = new Metrics();

    @Test
    void signsWhatAReceiverGetsByDecodingAndReencoding() throws Exception {
        Set<String> requestIds = new HashSet<>();
        TenantBackend backend = backend((op, url, bytes, deadline) -> {
            CheckMessageRequest request = parsed(() -> CheckMessageRequest.parseFrom(bytes.get()));
            HookMeta meta = request.getMeta();
            byte[] unsigned = request.toBuilder()
                    .setMeta(meta.toBuilder().clearSign())
                    .build()
                    .toByteArray();
            assertThat(meta.getSign())
                    .isEqualTo(HookSignature.sign("s3", unsigned, meta.getRequestId(), meta.getTimestampMs()));
            assertThat(meta.getTenantId()).isEqualTo("t1");
            assertThat(meta.getTraceId()).isEqualTo("trace");
            assertThat(request.getMessage()).isEqualTo(MESSAGE);
            requestIds.add(meta.getRequestId());
            return answer(CheckMessageResponse.newBuilder().setAllow(true));
        });
        for (int i = 0; i < 10; i++) {
            assertThat(backend.checkMessage(tenant("t1", OnFailure.ALLOW), MESSAGE, "trace"))
                    .isEqualTo(ALLOWED);
        }
        assertThat(requestIds).hasSize(10);
    }

    @Test
    void signsWithTheSecretOfTheMoment() throws Exception {
        List<Verdict> verdicts = new ArrayList<>();
        TenantBackend backend = backend((op, url, bytes, deadline) -> {
            CheckMessageRequest request = parsed(() -> CheckMessageRequest.parseFrom(bytes.get()));
            verdicts.add(HookSignature.verify(url.substring("http://".length()), request));
            return answer(CheckMessageResponse.newBuilder().setAllow(true));
        });
        for (String secret : List.of("old", "old", "new", "new", "old")) {
            Tenant tenant = TestTenants.tenant("t1", settings("http://" + secret, secret, OnFailure.ALLOW, 32, true));
            backend.checkMessage(tenant, MESSAGE, "trace");
        }
        assertThat(verdicts).hasSize(5).containsOnly(new Verdict.Genuine());
    }

    @Test
    void signsAuthWithTheConfiguredSecret() throws Exception {
        TenantBackend backend = backend((op, url, bytes, deadline) -> {
            AuthRequest request = parsed(() -> AuthRequest.parseFrom(bytes.get()));
            HookMeta meta = request.getMeta();
            byte[] unsigned = request.toBuilder()
                    .setMeta(meta.toBuilder().clearSign())
                    .build()
                    .toByteArray();
            assertThat(meta.getSign())
                    .isEqualTo(HookSignature.sign("a5", unsigned, meta.getRequestId(), meta.getTimestampMs()));
            return answer(AuthResponse.newBuilder().setOk(true).setUserId("u1"));
        });
        assertThat(backend.auth(tenant("t1", OnFailure.ALLOW), "token", "d1", "trace"))
                .isEqualTo(U1);
    }

    @Test
    void onlyTheHooksOwnNoIsARefusal() throws Exception {
        assertThat(auth(answering(AuthResponse.newBuilder().setReason("expired"))))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "expired"));
        assertThat(auth(answering(AuthResponse.newBuilder().setOk(true))))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "auth hook returned no user"));
        assertThat(auth(DOWN)).isEqualTo(UNAVAILABLE);
        AuthResponse.Builder negative = AuthResponse.newBuilder()
                .setOk(true)
                .setUserId("u1")
                .setConfig(TenantRuntimeConfig.newBuilder().setUserMaxConnections(-1));
        assertThat(auth(answering(negative))).isEqualTo(UNAVAILABLE);
        HookResponse.Failed<AuthResponse> no = failedAuth(answering(negative));
        assertThat(no.kind()).isEqualTo(HookResponse.Kind.UNDECODABLE);
        assertThat(no.cause()).contains("user_max_connections");
    }

    @Test
    void aFailedCheckFollowsTheTenantsPolicy() throws Exception {
        TenantBackend backend = backend(DOWN);
        assertThat(backend.checkMessage(tenant("t1", OnFailure.ALLOW), MESSAGE, ""))
                .isEqualTo(ALLOWED);
        assertThat(backend.checkMessage(tenant("t1", OnFailure.DENY), MESSAGE, ""))
                .isEqualTo(new SendDecision.Denied("hook degraded"));
        assertThat(checks("http_5xx")).isEqualTo(2);
        assertThat(metrics.counter(Metric.HOOK_CHECK_MESSAGE, "t1", "degraded").value())
                .isEqualTo(2);
    }

    @Test
    void aGarbledAnswerIsADecodeError() throws Exception {
        TenantBackend backend =
                backend((op, url, bytes, deadline) -> new HookResponse.Answered<>(new byte[] {(byte) 0xff}));
        assertThat(backend.checkMessage(tenant("t1", OnFailure.ALLOW), MESSAGE, ""))
                .isEqualTo(ALLOWED);
        assertThat(checks("decode_error")).isEqualTo(1);
    }

    @Test
    void failsClosedWhenSignaturesAreRequiredButThereIsNoSecret() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        TenantBackend backend = backend((op, url, bytes, deadline) -> {
            calls.incrementAndGet();
            return answer(CheckMessageResponse.newBuilder().setAllow(true));
        });
        Tenant tenant = TestTenants.tenant("t1", settings("http://b", "", OnFailure.ALLOW, 32, true));
        assertThat(backend.checkMessage(tenant, MESSAGE, "")).isEqualTo(new SendDecision.Denied("hook sign required"));
        assertThat(backend.groupMembers(tenant, "g", "", backend.leaseForMembers(tenant)))
                .isEqualTo(new MembersAnswer.Failed("hook sign required"));
        assertThat(calls).hasValue(0);
    }

    @Test
    void opensTheBreakerOfOneTenantsOneOperationOnly() throws Exception {
        TenantBackend backend = backend(DOWN);
        Tenant sick = tenant("t1", OnFailure.DENY);
        for (int i = 0; i < 5; i++) {
            backend.checkMessage(sick, MESSAGE, "");
        }
        assertThat(backend.checkMessage(sick, MESSAGE, "")).isEqualTo(new SendDecision.Denied("hook circuit open"));
        assertThat(backend.groupMembers(sick, "g", "", backend.leaseForMembers(sick)))
                .isEqualTo(new MembersAnswer.Failed("hook degraded"));
        assertThat(backend.checkMessage(tenant("t2", OnFailure.DENY), MESSAGE, ""))
                .isEqualTo(new SendDecision.Denied("hook degraded"));
        backend.forget("t1");
        assertThat(backend.checkMessage(sick, MESSAGE, "")).isEqualTo(new SendDecision.Denied("hook degraded"));
    }

    @Test
    void theHooksNoNeverOpensTheBreaker() throws Exception {
        TenantBackend backend =
                backend(answering(CheckMessageResponse.newBuilder().setReason("spam")));
        for (int i = 0; i < 200; i++) {
            assertThat(backend.checkMessage(tenant("t1", OnFailure.ALLOW), MESSAGE, ""))
                    .isEqualTo(new SendDecision.Denied("spam"));
        }
    }

    @Test
    void aHangingHookFillsItsOwnQueueAndNobodyElses() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        TenantBackend backend = backend((op, url, bytes, deadline) -> {
            if (url.endsWith("sick")) {
                called.countDown();
                answer.await();
            }
            return answer(CheckMessageResponse.newBuilder().setAllow(true));
        });
        Tenant sick = TestTenants.tenant("t1", settings("http://sick", "s3", OnFailure.DENY, 1, false));
        Thread hanging = Thread.startVirtualThread(() -> {
            try {
                backend.checkMessage(sick, MESSAGE, "");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        called.await();
        for (int i = 0; i < 10; i++) {
            assertThat(backend.checkMessage(sick, MESSAGE, ""))
                    .isEqualTo(new SendDecision.Denied("hook queue rejected"));
        }
        assertThat(metrics.counter(Metric.HOOK_LIMITER_REJECTED, "t1", "CheckMessage", "queue_rejected")
                        .value())
                .isEqualTo(10);
        assertThat(backend.checkMessage(tenant("t2", OnFailure.DENY), MESSAGE, ""))
                .isEqualTo(ALLOWED);
        answer.countDown();
        hanging.join();
        assertThat(backend.checkMessage(sick, MESSAGE, "")).isEqualTo(ALLOWED);
        assertThat(backend.permitsInUse("t1", BackendOperation.CHECK_MESSAGE)).isZero();
    }

    @Test
    void namesEachMemberOnce() throws Exception {
        TenantBackend backend =
                backend(answering(GetGroupMembersResponse.newBuilder().addAllUserIds(List.of("b", "a", "b"))));
        Tenant tenant = tenant("t1", OnFailure.ALLOW);
        assertThat(backend.groupMembers(tenant, "g", "", backend.leaseForMembers(tenant)))
                .isEqualTo(new MembersAnswer.Members(List.of("b", "a")));
    }

    @Test
    void callsNothingForATenantWithoutHooks() throws Exception {
        TenantBackend backend = backend(DOWN);
        Tenant tenant = TestTenants.tenant("t1", BackendSettings.DEFAULTS);
        assertThat(backend.auth(tenant, "token", "d", ""))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "no auth hook"));
        assertThat(backend.checkMessage(tenant, MESSAGE, "")).isEqualTo(ALLOWED);
        assertThat(backend.groupMembers(tenant, "g", "", backend.leaseForMembers(tenant)))
                .isEqualTo(new MembersAnswer.Failed("hook degraded"));
        assertThat(backend.offlineMessages(tenant, "u", "d", 100, "", ""))
                .isEqualTo(new HookResponse.Answered<>(
                        GetOfflineMessagesResponse.newBuilder().setOk(true).build()));
    }

    @Test
    void thePlaygroundAnswersOnTheCallersThread() throws Exception {
        TenantBackend backend = new TenantBackend(
                metrics,
                DOWN,
                Map.of(PlaygroundHooks.BASE_URL, new PlaygroundHooks(Map.of("group-1", List.of("u1", "u2")))));
        Tenant tenant =
                TestTenants.tenant("playground", settings(PlaygroundHooks.BASE_URL, "", OnFailure.DENY, 32, false));
        assertThat(backend.auth(tenant, "valid:u1", "d1", "")).isEqualTo(U1);
        assertThat(backend.auth(tenant, "u1", "d1", "")).isInstanceOf(Refused.class);
        assertThat(backend.checkMessage(tenant, MESSAGE, "")).isEqualTo(ALLOWED);
        assertThat(backend.groupMembers(tenant, "group-1", "", backend.leaseForMembers(tenant)))
                .isEqualTo(new MembersAnswer.Members(List.of("u1", "u2")));
    }

    private interface Parsing<T> {
        T parse() throws Exception;
    }

    private static <T> T parsed(Parsing<T> parsing) {
        try {
            return parsing.parse();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDenialWithoutWordsHasSomeAllTheSame() throws Exception {
        assertThat(auth(answering(AuthResponse.newBuilder())))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "auth denied"));
        TenantBackend denying =
                backend(answering(CheckMessageResponse.newBuilder().setReason(" ")));
        assertThat(denying.checkMessage(tenant("t1", OnFailure.ALLOW), MESSAGE, ""))
                .isEqualTo(new SendDecision.Denied("message denied"));
    }

    @Test
    void aBaseUrlThatIsNoneIsNotLearnedAndIsNamed() throws Exception {
        AuthResponse.Builder answer = AuthResponse.newBuilder()
                .setOk(true)
                .setUserId("u1")
                .setConfig(TenantRuntimeConfig.newBuilder()
                        .setHookBaseUrl("http://127.0.0.1:8080/internal/dead-letters/replay?tenant=other#"));
        assertThat(auth(answering(answer))).isEqualTo(UNAVAILABLE);
        assertThat(failedAuth(answering(answer)).cause())
                .startsWith("hook_base_url with a query, a fragment or a user from http://");
    }

    @Test
    void onlyABaseUrlOnAnotherServerIsALearnedOne() throws Exception {
        List<Boolean> learned = new ArrayList<>();
        TenantBackend backend = backend((op, url, request, deadline) -> {
            learned.add(request.learned());
            return answer(CheckMessageResponse.newBuilder().setAllow(true));
        });
        BackendSettings configured = settings("http://well", "s3", OnFailure.ALLOW, 32, false);
        for (String url : List.of("http://well", "http://WELL:80/mics", "https://well", "http://well:81", "http://b")) {
            backend.checkMessage(TestTenants.tenant("t1", moved(configured, url)), MESSAGE, "");
        }
        assertThat(learned).containsExactly(false, false, true, true, true);
    }

    private static BackendSettings moved(BackendSettings s, String baseUrl) {
        return new BackendSettings(
                baseUrl,
                s.authBaseUrl(),
                s.secret(),
                s.authSecret(),
                s.timeout(),
                s.authTimeout(),
                s.maxConcurrency(),
                s.queueTimeout(),
                s.onCheckFailure(),
                s.signRequired(),
                s.breakerFailures(),
                s.breakerOpen());
    }

    @Test
    void neverLimitsOrBreaksOffABackendThatAnswersAtOnce() throws Exception {
        BackendTransport atOnce = new BackendTransport() {
            @Override
            public boolean immediate() {
                return true;
            }

            @Override
            public HookResponse<byte[]> call(
                    BackendOperation op, String url, BackendRequest request, Deadline deadline) {
                assertThat(deadline.expired()).isFalse();
                return new HookResponse.Failed<>(HookResponse.Kind.UNREACHABLE, "always");
            }
        };
        TenantBackend backend = backend(atOnce);
        for (int i = 0; i < 50; i++) {
            assertThat(backend.checkMessage(tenant("t1", OnFailure.ALLOW), MESSAGE, ""))
                    .isEqualTo(ALLOWED);
        }
        assertThat(checks("network_error")).isEqualTo(50);
        assertThat(metrics.counter(Metric.HOOK_CHECK_MESSAGE, "t1", "degraded").value())
                .isEqualTo(50);
    }

    private long checks(String result) {
        return metrics.counter(Metric.HOOK_REQUESTS, "t1", "CheckMessage", result)
                .value();
    }

    private HookResponse.Failed<AuthResponse> failedAuth(BackendTransport transport) throws InterruptedException {
        return (HookResponse.Failed<AuthResponse>)
                backend(transport).askAuth(tenant("t1", OnFailure.ALLOW), "token", "d1", "");
    }

    private ConnectDecision<TenantBackend.Identity> auth(BackendTransport transport) throws InterruptedException {
        return backend(transport).auth(tenant("t1", OnFailure.ALLOW), "token", "d1", "");
    }

    private TenantBackend backend(BackendTransport transport) {
        return new TenantBackend(metrics, transport, Map.of());
    }

    private static BackendTransport answering(MessageLite.Builder response) {
        return (op, url, request, deadline) -> answer(response);
    }

    private static HookResponse<byte[]> answer(MessageLite.Builder response) {
        return new HookResponse.Answered<>(response.build().toByteArray());
    }

    private static Tenant tenant(String id, OnFailure onFailure) {
        return TestTenants.tenant(id, settings("http://well", "s3", onFailure, 32, false));
    }

    private static BackendSettings settings(
            String url, String secret, OnFailure onFailure, int maxConcurrency, boolean signRequired) {
        return new BackendSettings(
                url,
                url,
                secret,
                "a5",
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                maxConcurrency,
                Duration.ofMillis(10),
                onFailure,
                signRequired,
                5,
                Duration.ofSeconds(60));
    }
}
