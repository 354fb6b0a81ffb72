package io.mics.sdk.sign;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The vectors every implementation of the signature must reproduce. */
class SignatureVectorsTest {
    private static final String DEV = "dev-secret-t1";

    @Test
    void signsRawPayload() {
        assertThat(HookSignature.sign("secret", hex("0a0101"), "r1", 123))
                .isEqualTo("t3wuIem5WivMtMSWPRWZ8G3aoOdPPF2VUc0g9JgJBqo=");
    }

    @Test
    void signsAuthRequest() {
        AuthRequest request = AuthRequest.newBuilder()
                .setMeta(meta("rid-1", 123456789, "tr-1"))
                .setToken("valid:u1")
                .setDeviceId("dev1")
                .build();
        String payload = "0a160a02743112057269642d3118959aef3a2a0474722d31120876616c69643a75311a0464657631";
        assertThat(request.toByteArray()).isEqualTo(hex(payload));

        AuthRequest signed = HookSignature.sign("secret", request);

        assertThat(signed.getMeta().getSign()).isEqualTo("rKb4sOlG+1lCXWnMAW3zPCoPMth0X+3aHLgYUxo8SoA=");
        assertThat(HookSignature.verify("secret", signed)).isEqualTo(new Verdict.Genuine());
        assertThat(HookSignature.verify("other", signed)).isEqualTo(new Verdict.Forged());
    }

    @Test
    void signsCheckMessageRequest() {
        CheckMessageRequest request = CheckMessageRequest.newBuilder()
                .setMeta(meta("rid-2", 1700000000001L, "tr-2"))
                .setMessage(message())
                .build();
        String payload = "0a180a02743112057269642d321881d095ffbc312a0474722d32"
                + "121f0a027431120275311a02643122026d3132027532420268694880d095ffbc31";
        assertThat(request.toByteArray()).isEqualTo(hex(payload));

        CheckMessageRequest signed = HookSignature.sign(DEV, request);

        assertThat(signed.getMeta().getSign()).isEqualTo("U7NTrCFrVCzVpVVdxIYtUPIleG7Kftbaa/RDkySpK3w=");
        assertThat(HookSignature.verify(DEV, signed)).isEqualTo(new Verdict.Genuine());
        assertThat(HookSignature.verify("other", signed)).isEqualTo(new Verdict.Forged());
    }

    @Test
    void signsGetGroupMembersRequest() {
        GetGroupMembersRequest signed = HookSignature.sign(
                DEV,
                GetGroupMembersRequest.newBuilder()
                        .setMeta(meta("rid-3", 1700000000002L, "tr-3"))
                        .setGroupId("group-1")
                        .build());

        assertThat(signed.getMeta().getSign()).isEqualTo("KFujRpAZyrSZb+/O56gyto0haanLVaPnm7P4tCvFgz8=");
        assertThat(HookSignature.verify(DEV, signed)).isEqualTo(new Verdict.Genuine());
        assertThat(HookSignature.verify("other", signed)).isEqualTo(new Verdict.Forged());
    }

    @Test
    void signsGetOfflineMessagesRequest() {
        GetOfflineMessagesRequest signed = HookSignature.sign(
                DEV,
                GetOfflineMessagesRequest.newBuilder()
                        .setMeta(meta("rid-4", 1700000000003L, "tr-4"))
                        .setUserId("u2")
                        .setDeviceId("dev2")
                        .setMaxMessages(100)
                        .build());

        assertThat(signed.getMeta().getSign()).isEqualTo("KXFkOvSl8xGKYp3I0sqUbLHrfEHkq0fYGUtwEbkARa8=");
        assertThat(HookSignature.verify(DEV, signed)).isEqualTo(new Verdict.Genuine());
        assertThat(HookSignature.verify("other", signed)).isEqualTo(new Verdict.Forged());
    }

    @Test
    void signsEvent() {
        MqEvent signed = HookSignature.sign(
                DEV,
                MqEvent.newBuilder()
                        .setTenantId("t1")
                        .setEventType(EventType.SINGLE_CHAT_MSG)
                        .setMsgId("m1")
                        .setUserId("u1")
                        .setDeviceId("d1")
                        .setToUserId("u2")
                        .setEventData(message().toByteString())
                        .setTimestamp(1700000000004L)
                        .setNodeId("node-1")
                        .setTraceId("tr-5")
                        .build());

        assertThat(signed.getSign()).isEqualTo("OUx3mJ2EhkTohSpOBeLeW8PsY18Uw+Z1JK8r1IunfPU=");
        assertThat(HookSignature.verify(DEV, signed)).isEqualTo(new Verdict.Genuine());
        assertThat(HookSignature.verify("other", signed)).isEqualTo(new Verdict.Forged());
    }

    private static HookMeta meta(String requestId, long timestampMs, String traceId) {
        return HookMeta.newBuilder()
                .setTenantId("t1")
                .setRequestId(requestId)
                .setTimestampMs(timestampMs)
                .setTraceId(traceId)
                .build();
    }

    private static MessageRequest message() {
        return MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("u1")
                .setDeviceId("d1")
                .setMsgId("m1")
                .setMsgType(MessageType.SINGLE_CHAT)
                .setToUserId("u2")
                .setMsgBody(ByteString.copyFromUtf8("hi"))
                .setTimestampMs(1700000000000L)
                .build();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
