package io.mics.sdk.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.MessageRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SignerTest {
    private static final UnknownFieldSet NEWER = UnknownFieldSet.newBuilder()
            .addField(
                    77,
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("from a newer version"))
                            .build())
            .build();
    private final Signer signer = new Signer("secret");

    @Test
    void emptySecretSignsNothingAndAcceptsOnlyTheUnsigned() {
        Signer none = new Signer("");

        assertThat(none.sign(request(5)).getMeta().getSign()).isEmpty();
        assertThat(none.sign(new byte[] {1}, "r", 5)).isEmpty();
        assertThat(none.verify(request(5)).genuine()).isTrue();
        assertThat(none.verify(signer.sign(request(5))).genuine()).isFalse();
        assertThat(none.sign(MqEvent.getDefaultInstance()).getSign()).isEmpty();
    }

    @Test
    void unsignedRequestIsForgedWhereThereIsASecret() {
        assertThat(signer.verify(request(5))).isEqualTo(new Verdict.Forged());
        assertThat(signer.verify(AuthRequest.getDefaultInstance())).isEqualTo(new Verdict.Forged());
    }

    @Test
    void everyChangedFieldBreaksTheSign() {
        AuthRequest signed = signer.sign(request(5));

        assertThat(signer.verify(signed.toBuilder().setToken("valid:u2").build()))
                .isEqualTo(new Verdict.Forged());
        assertThat(signer.verify(signed.toBuilder()
                        .setMeta(signed.getMeta().toBuilder().setTimestampMs(6))
                        .build()))
                .isEqualTo(new Verdict.Forged());
        assertThat(signer.verify(signed.toBuilder()
                        .setMeta(signed.getMeta().toBuilder().setTenantId("t2"))
                        .build()))
                .isEqualTo(new Verdict.Forged());
    }

    @Test
    void signingTwiceGivesTheSameSign() {
        AuthRequest once = signer.sign(request(5));

        assertThat(signer.sign(once)).isEqualTo(once);
    }

    @Test
    void unknownFieldsAreOutsideTheSignatureOnBothSides() {
        CheckMessageRequest clean = CheckMessageRequest.newBuilder()
                .setMeta(request(5).getMeta())
                .setMessage(MessageRequest.newBuilder().setMsgId("1"))
                .build();
        CheckMessageRequest newer = clean.toBuilder()
                .setUnknownFields(NEWER)
                .setMeta(clean.getMeta().toBuilder().setUnknownFields(NEWER))
                .setMessage(clean.getMessage().toBuilder().setUnknownFields(NEWER))
                .build();

        assertThat(signer.sign(newer)).isEqualTo(signer.sign(clean));
        String sign = signer.sign(clean).getMeta().getSign();
        assertThat(signer.verify(newer.toBuilder()
                        .setMeta(newer.getMeta().toBuilder().setSign(sign))
                        .build()))
                .isEqualTo(new Verdict.Genuine());
    }

    @Test
    void windowRefusesTheOldAndTheFuture() {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC);
        Signer windowed = signer.within(Duration.ofSeconds(60), clock);

        assertThat(windowed.verify(signer.sign(request(1_000_000 - 60_000)))).isEqualTo(new Verdict.Genuine());
        assertThat(windowed.verify(signer.sign(request(1_000_000 - 60_001)))).isEqualTo(new Verdict.Stale(60_001));
        assertThat(windowed.verify(signer.sign(request(1_000_000 + 60_001)))).isEqualTo(new Verdict.Stale(-60_001));
        assertThat(signer.verify(signer.sign(request(1)))).isEqualTo(new Verdict.Genuine());
    }

    @Test
    void manyThreadsGetTheSameSign() throws Exception {
        byte[] payload = new byte[1000];
        String expected = signer.sign(payload, "r", 7);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> {
                    boolean same = true;
                    for (int n = 0; n < 2_000; n++) {
                        same &= signer.sign(payload, "r", 7).equals(expected);
                    }
                    return same;
                }));
            }
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static AuthRequest request(long timestampMs) {
        return AuthRequest.newBuilder()
                .setMeta(HookMeta.newBuilder()
                        .setTenantId("t1")
                        .setRequestId("r1")
                        .setTimestampMs(timestampMs))
                .setToken("valid:u1")
                .build();
    }
}
