package io.mics.hook.grpc;

import static io.mics.hook.point.Samples.CONTEXT;
import static io.mics.hook.point.Samples.DELIVERY;
import static io.mics.hook.point.Samples.DRAFT;
import static io.mics.hook.point.Samples.RECALL;
import static io.mics.hook.point.Samples.RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.mics.concurrent.Deadline;
import io.mics.hook.grpc.FlareContract.Notified;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.point.RemoteAttributes;
import io.mics.hook.point.Samples;
import io.mics.hook.policy.Target;
import io.mics.hook.policy.Target.Grpc.Contract;
import io.mics.sdk.plugin.HookResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every published contract, held to bytes that were made from it. */
@Tag("engine")
class FlareContractsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource
    void requestsAreTheBytesOfTheContract(Contract contract) throws IOException {
        Map<String, byte[]> recorded = recorded(contract);
        FlareContract flare = FlareContract.of(contract);
        Map<String, String> attributes = RemoteAttributes.of(CONTEXT, new PreSendRequest(DRAFT));
        assertBytes(flare.preSend(CONTEXT, attributes, DRAFT), recorded, "pre-send request");
        assertBytes(flare.postSend(CONTEXT, attributes, RECORD), recorded, "post-send request");
        assertBytes(flare.delivery(CONTEXT, attributes, DELIVERY), recorded, "delivery request");
        Map<String, String> check = RemoteAttributes.of(CONTEXT, new RecallRequest.Check(RECALL));
        assertBytes(flare.recall(CONTEXT, check, RECALL), recorded, "recall request");
    }

    @Test
    void everyTypeOfMessageHasItsNumberInBothLaterContracts() {
        Map<String, Integer> numbers =
                Map.of("text", 1, "image", 2, "video", 3, "voice", 4, "file", 5, "system", 9, "order", 8);
        numbers.forEach((type, number) -> assertThat(
                        LaterContract.type(io.mics.proto.flare.hooks20251122.v1.MessageType.class, type)
                                .getNumber())
                .as(type)
                .isEqualTo(number));
        Map<String, Integer> renumbered =
                Map.of("text", 1, "image", 2, "video", 3, "voice", 4, "file", 5, "system", 101, "order", 100);
        renumbered.forEach((type, number) -> assertThat(
                        LaterContract.type(io.mics.proto.flare.hooks202603.v1.MessageType.class, type)
                                .getNumber())
                .as(type)
                .isEqualTo(number));
    }

    @ParameterizedTest
    @EnumSource
    void answersAreRead(Contract contract) throws IOException {
        Map<String, byte[]> recorded = recorded(contract);
        FlareContract flare = FlareContract.of(contract);
        int denied = contract == Contract.FLARE_2025_11_11 ? 4 : 21;
        assertThat(flare.verdict(of(recorded, "pre-send denial"), DRAFT))
                .isEqualTo(new HookResult.Stop(denied, "not here"));
        assertThat(flare.verdict(of(recorded, "pre-send change"), DRAFT))
                .isInstanceOfSatisfying(HookResult.Continue.class, on -> {
                    assertThat(on.draft().payload()).asString().isEqualTo("changed");
                    assertThat(on.draft().headers()).isEqualTo(Map.of("lang", "de"));
                    assertThat(on.draft().messageId()).isEqualTo("7001");
                    assertThat(on.tags()).isEqualTo(Map.of("risk", "high"));
                });
        assertThat(flare.notified(of(recorded, "post-send success")))
                .isEqualTo(new Notified.Yes(Map.of("case", "c-1")));
        assertThat(flare.notified(of(recorded, "post-send failure"))).isEqualTo(new Notified.No("rate_limited", true));
        assertThat(flare.notified(of(recorded, "recall yes"))).isEqualTo(new Notified.Yes(Map.of()));
        assertThat(flare.notified(of(recorded, "recall no"))).isEqualTo(new Notified.No("permission_denied", true));
    }

    @ParameterizedTest
    @EnumSource
    void aServerOfAContractIsAskedInIt(Contract contract) throws Exception {
        try (WireHookServer server = new WireHookServer(Optional.empty());
                GrpcHookClients clients = new GrpcHookClients();
                HookClient client = clients.open(Samples.definition(HookPoint.PRE_SEND, at(server, contract)))) {
            server.speak(decoding(contract), of(recorded(contract), "pre-send denial"));
            assertThat(client.call(CONTEXT, new PreSendRequest(DRAFT), Deadline.after(PATIENCE)))
                    .isInstanceOfSatisfying(
                            HookResponse.Answered.class,
                            answered -> assertThat(answered.answer()).isInstanceOf(HookResult.Stop.class));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theProbeFindsWhichContractAServerUnderstandsAndAsksNoHookOfTheRightOne(Contract contract) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (WireHookServer server = new WireHookServer(Optional.empty());
                GrpcHookClients clients = new GrpcHookClients()) {
            server.answer(call -> Map.of("count", asked.incrementAndGet()));
            server.speak(decoding(contract), of(recorded(contract), "pre-send denial"));
            for (Contract configured : Contract.values()) {
                asked.set(0);
                try (HookClient client = clients.open(Samples.definition(HookPoint.PRE_SEND, at(server, configured)))) {
                    HookResponse<Acknowledged> probed = client.probe(Deadline.after(PATIENCE));
                    if (configured == contract) {
                        assertThat(probed).isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
                        assertThat(asked).hasValue(0);
                    } else {
                        assertThat(probed.toString())
                                .contains("understands contract " + contract.label() + ", not " + configured.label());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = "FLARE_2025_11_11", mode = EnumSource.Mode.EXCLUDE)
    void aFailureSaysWhatTheServerSaid(Contract contract) throws Exception {
        try (WireHookServer server = new WireHookServer(Optional.empty());
                GrpcHookClients clients = new GrpcHookClients();
                HookClient client =
                        clients.open(Samples.definition(HookPoint.PRE_SEND, at(server, Contract.FLARE_2025_11_11)))) {
            server.speak(decoding(contract), new byte[0]);
            assertThat(client.call(CONTEXT, new PreSendRequest(DRAFT), Deadline.after(PATIENCE)))
                    .isInstanceOfSatisfying(
                            HookResponse.Failed.class,
                            failed -> assertThat(failed.cause()).endsWith("INTERNAL: Error deserializing request"));
        }
    }

    private static Target at(WireHookServer server, Contract contract) {
        return new Target.Grpc(URI.create("http://127.0.0.1:" + server.port()), "", contract, Map.of());
    }

    private static WireHookServer.Decoding decoding(Contract contract) {
        return switch (contract) {
            case FLARE_2025_11_11 -> io.mics.proto.flare.hooks.v1.PreSendHookRequest::parseFrom;
            case FLARE_2025_11_22 -> io.mics.proto.flare.hooks20251122.v1.PreSendHookRequest::parseFrom;
            case FLARE_2026_03 -> io.mics.proto.flare.hooks202603.v1.PreSendHookRequest::parseFrom;
        };
    }

    private static byte[] of(Map<String, byte[]> recorded, String name) {
        return recorded.getOrDefault(name, new byte[] {-1});
    }

    private static void assertBytes(Message message, Map<String, byte[]> recorded, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        message.writeTo(out);
        out.flush();
        assertThat(bytes.toByteArray()).as(name).asHexString().isEqualToIgnoringCase(hex(of(recorded, name)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** A title a line, and its bytes in the indented lines below. */
    private static Map<String, byte[]> recorded(Contract contract) throws IOException {
        Map<String, byte[]> all = new HashMap<>();
        try (InputStream in = FlareContractsTest.class.getResourceAsStream(contract.label() + ".txt")) {
            String name = "";
            StringBuilder hex = new StringBuilder();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith(" ")) {
                    hex.append(line.strip());
                    all.put(name, HexFormat.of().parseHex(hex));
                } else {
                    name = line;
                    hex.setLength(0);
                }
            }
        }
        return all;
    }
}
