package io.mics.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.auth.Authenticator.Credentials;
import io.mics.hook.BackendTransport;
import io.mics.hook.TenantBackend;
import io.mics.hook.point.HookResponse;
import io.mics.hook.registry.ConnectHooks;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.ConnectDecision.Accepted;
import io.mics.protocol.ConnectDecision.Refused;
import io.mics.tenant.BackendSettings;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import io.mics.tenant.Tenants;
import io.mics.testing.gateway.HookTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
    private static final AuthResponse GOOD =
            AuthResponse.newBuilder().setOk(true).setUserId("u1").build();

    private static final ConnectHooks NO_HOOKS = new ConnectHooks(new HookTargets().registry(), HookTargets.UNRECORDED);

    private final Tenants tenants = new Tenants(List.of(new TenantConfig(
            "t1", TenantSettings.DEFAULTS.withHooks(BackendSettings.DEFAULTS.at("http://backend")), Map.of())));

    private ConnectDecision<Principal> answered(AuthResponse answer) throws InterruptedException {
        BackendTransport backend = (op, url, request, deadline) -> new HookResponse.Answered<>(answer.toByteArray());
        return new Authenticator(tenants, new TenantBackend(new Metrics(), backend, Map.of()), NO_HOOKS)
                .authenticate(new Credentials("t1", "token", "d1", "trace", "127.0.0.1"));
    }

    private Tenant tenant() {
        return tenants.find("t1").orElseThrow();
    }

    @Test
    void takesTheBackendsUserDeviceAndSettings() throws Exception {
        AuthResponse answer = GOOD.toBuilder()
                .setDeviceId("theirs")
                .setConfig(TenantRuntimeConfig.newBuilder().setTenantMaxConnections(7))
                .build();
        assertThat(answered(answer)).isEqualTo(new Accepted<>(new Principal(tenant(), "u1", "theirs")));
        assertThat(tenant().settings().limits().connections()).isEqualTo(7);
        assertThat(answered(GOOD)).isEqualTo(new Accepted<>(new Principal(tenant(), "u1", "d1")));
    }

    @Test
    void learnsNothingFromAnAnswerItDoesNotAccept() throws Exception {
        TenantSettings before = tenant().settings();
        TenantRuntimeConfig learned =
                TenantRuntimeConfig.newBuilder().setTenantMaxConnections(7).build();
        AuthResponse.Builder answer = GOOD.toBuilder().setConfig(learned);
        assertThat(answered(answer.clone().setOk(false).setReason("expired").build()))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "expired"));
        assertThat(answered(answer.clone().clearUserId().build()))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "auth hook returned no user"));
        assertThat(answered(answer.clone().setDeviceId("a|b").build()))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "invalid device_id: contains |"));
        assertThat(answered(answer.clone().setUserId(" a").build()))
                .isEqualTo(new Refused<>(CloseCode.AUTH_FAILED, "invalid user_id: begins or ends with a space"));
        TenantRuntimeConfig negative =
                learned.toBuilder().setUserMaxConnections(-1).build();
        assertThat(answered(answer.clone().setConfig(negative).build()))
                .isEqualTo(new Refused<>(CloseCode.LIMIT_REACHED, "auth unavailable"));
        assertThat(tenant().settings()).isEqualTo(before);
    }

    private static String device(byte[] request) {
        try {
            return AuthRequest.parseFrom(request).getDeviceId();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private ConnectDecision<Principal> tokenAlone(String tenant, String device, AuthResponse answer, List<String> asked)
            throws InterruptedException {
        BackendTransport backend = (op, url, request, deadline) -> {
            asked.add(device(request.get()));
            return new HookResponse.Answered<>(answer.toByteArray());
        };
        return new Authenticator(tenants, new TenantBackend(new Metrics(), backend, Map.of()), NO_HOOKS, tenant)
                .authenticate(new Credentials("", "token", device, "trace", "127.0.0.1"));
    }

    private static Principal accepted(ConnectDecision<Principal> decision) {
        return ((Accepted<Principal>) decision).result();
    }

    @Test
    void aTokenAloneIsOfTheDefaultTenantAndOfADeviceThatIsMadeUpUnlessItNamesOne() throws Exception {
        List<String> asked = new ArrayList<>();
        Principal madeUp = accepted(tokenAlone("t1", "", GOOD, asked));
        assertThat(madeUp.tenant()).isSameAs(tenant());
        assertThat(madeUp.device()).matches("[0-9a-f]{32}").isEqualTo(asked.getFirst());
        Principal again = accepted(tokenAlone("t1", "", GOOD, asked));
        assertThat(again.device()).isNotEqualTo(madeUp.device());
        AuthResponse naming = GOOD.toBuilder().setDeviceId("theirs").build();
        assertThat(accepted(tokenAlone("t1", "", naming, asked)).device()).isEqualTo("theirs");
        assertThat(accepted(tokenAlone("t1", "mine", GOOD, asked)).device()).isEqualTo("mine");
        assertThat(tokenAlone("", "", GOOD, asked))
                .isEqualTo(new Refused<>(CloseCode.UNKNOWN_TENANT, "unknown tenant"));
    }
}
