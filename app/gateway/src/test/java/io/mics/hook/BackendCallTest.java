package io.mics.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.sdk.sign.Signer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackendCallTest {
    @Test
    void everyRequestHasAnIdOfItsOwnOfThirtyTwoHexDigits() throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            BackendCall call = new BackendCall(
                    "t1",
                    "trace",
                    "",
                    meta -> AuthRequest.newBuilder().setMeta(meta).build());
            String id = AuthRequest.parseFrom(call.encoded(new Signer("secret")).bytes())
                    .getMeta()
                    .getRequestId();
            assertThat(id).matches("[0-9a-f]{32}");
            ids.add(id);
        }
        assertThat(ids).hasSize(1_000);
    }
}
