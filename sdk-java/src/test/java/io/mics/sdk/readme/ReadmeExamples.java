package io.mics.sdk.readme;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.sdk.client.MicsClient;
import io.mics.sdk.client.SendOutcome;
import io.mics.sdk.conversation.MessageStore;
import io.mics.sdk.conversation.SendResult;
import io.mics.sdk.conversation.Sending;
import io.mics.sdk.event.Event;
import io.mics.sdk.event.KafkaEventConsumer;
import io.mics.sdk.hook.HookHandler;
import io.mics.sdk.hook.HookServer;
import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.PreSendHook;
import io.mics.sdk.sign.HookSignature;
import java.nio.charset.StandardCharsets;

/** The README's examples, compiled. A test holds the two together. */
final class ReadmeExamples {
    private ReadmeExamples() {}

    static SendOutcome client(String url) throws Exception {
        MicsClient client = MicsClient.builder()
                .url(url)
                .tenantId("t1")
                .deviceId("laptop")
                .tokens(() -> "valid:u1")
                .listener(message -> System.out.println(message.fromUser() + ": " + message.text()))
                .build();
        client.connect();
        SendOutcome outcome =
                client.send("u2", "hi".getBytes(StandardCharsets.UTF_8)).join();
        client.close();
        return outcome;
    }

    static SendResult conversations(String url, MessageStore store) throws Exception {
        MicsClient client = MicsClient.builder()
                .url(url)
                .tenantId("t1")
                .deviceId("laptop")
                .tokens(() -> "valid:u1")
                .conversations(message -> System.out.println(message.conversation() + " " + message.text()))
                .messageStore(store)
                .build();
        client.connect();
        Sending sending = client.conversations().sendText("single:u1:u2", "hi");
        SendResult result = sending.await();
        client.close();
        return result;
    }

    static final class Backend implements HookHandler {
        @Override
        public AuthResponse auth(AuthRequest request) {
            return AuthResponse.newBuilder().setOk(true).setUserId("u1").build();
        }

        @Override
        public CheckMessageResponse checkMessage(CheckMessageRequest request) {
            return CheckMessageResponse.newBuilder().setAllow(true).build();
        }

        @Override
        public GetGroupMembersResponse getGroupMembers(GetGroupMembersRequest request) {
            return GetGroupMembersResponse.newBuilder().addUserIds("u1").build();
        }
    }

    static HookServer hookServer(int port) throws Exception {
        HookServer server = HookServer.builder(new Backend())
                .port(port)
                .secret("dev-secret-t1")
                .start();
        return server;
    }

    static final class NoLinks implements PreSendHook {
        @Override
        public HookResult handle(HookContext context, MessageDraft draft) {
            String text = new String(draft.payload(), StandardCharsets.UTF_8);
            return text.contains("http://")
                    ? new HookResult.Stop(1002, "no links, " + context.sender())
                    : new HookResult.Continue(draft);
        }
    }

    static WebhookReceiver webhooks(int port) throws Exception {
        WebhookReceiver receiver = WebhookReceiver.builder()
                .port(port)
                .secrets("change-me")
                .preSend(new NoLinks())
                .start();
        return receiver;
    }

    static KafkaEventConsumer events(String kafka) {
        KafkaEventConsumer consumer = KafkaEventConsumer.builder(event -> {
                    if (event instanceof Event.OfflineMessage missed) {
                        System.out.println(missed.toUserId() + " missed "
                                + missed.message().getMsgId());
                    }
                })
                .bootstrapServers(kafka)
                .group("my-backend")
                .tenants("t1")
                .secret("dev-secret-t1")
                .start();
        return consumer;
    }

    static boolean event(MqEvent event) {
        boolean genuine = HookSignature.verify("dev-secret-t1", event).genuine();
        return genuine;
    }
}
