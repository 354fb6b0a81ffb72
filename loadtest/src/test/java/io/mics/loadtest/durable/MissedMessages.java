package io.mics.loadtest.durable;

import com.google.protobuf.ByteString;
import io.mics.loadtest.cluster.ClientSocket;
import io.mics.loadtest.cluster.ClientSocket.Input;
import io.mics.loadtest.history.Cast.Device;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import java.io.IOException;
import java.util.List;

/** Somebody who is away while others write, and then comes back for all of it. */
public final class MissedMessages {
    private static final String TENANT = "playground";
    private static final int IN_FLIGHT = 32;
    private static final int PAGE = 200;

    private final int port;
    private final String user;
    private final int conversations;
    private final int messages;

    /**
     * Nobody is connected yet.
     *
     * @param user          who is away
     * @param conversations each with another who writes
     * @param messages      of each
     */
    public MissedMessages(int port, String user, int conversations, int messages) {
        this.port = port;
        this.user = user;
        this.conversations = conversations;
        this.messages = messages;
    }

    private ClientSocket connect(String as) throws IOException {
        ClientSocket socket = ClientSocket.dial(port, new Device(0, 0, TENANT, as, "d0"));
        if (!(socket.read() instanceof Input.Frame first && first.frame().hasConnectAck())) {
            socket.close();
            throw new IOException(as + " is not let in");
        }
        return socket;
    }

    private String conversation(String writer) {
        return "single:" + (user.compareTo(writer) < 0 ? user + ":" + writer : writer + ":" + user);
    }

    /** Has the others write; returns when all is acknowledged. */
    public void send() throws IOException {
        ByteString body = ByteString.copyFromUtf8("x".repeat(128));
        for (int i = 0; i < conversations; i++) {
            String writer = "w" + i;
            try (ClientSocket socket = connect(writer)) {
                int acked = 0;
                for (int sent = 0; acked < messages; ) {
                    if (sent < messages && sent - acked < IN_FLIGHT) {
                        socket.send(ClientFrame.newBuilder()
                                .setSend(SendMessage.newBuilder()
                                        .setClientMsgId(user + "-" + sent++)
                                        .setConversationId(conversation(writer))
                                        .setBody(body))
                                .build());
                    } else {
                        ServerFrame answer = frame(socket);
                        if (answer.getAck().getStatus() != AckStatus.SENT) {
                            throw new IOException("not sent: " + answer);
                        }
                        acked++;
                    }
                }
            }
        }
    }

    /** Comes back, lists, and fetches everything; returns the milliseconds from the dial to the last message. */
    public double fetch() throws IOException {
        long start = System.nanoTime();
        try (ClientSocket socket = connect(user)) {
            socket.send(ClientFrame.newBuilder()
                    .setConversations(ListConversations.newBuilder().setLimit(PAGE))
                    .build());
            List<Conversation> list = frame(socket).getConversations().getConversationsList();
            for (Conversation line : list) {
                socket.send(ClientFrame.newBuilder()
                        .setSync(SyncRequest.newBuilder()
                                .setConversationId(line.getConversationId())
                                .setLimit(PAGE))
                        .build());
            }
            int got = 0;
            for (int i = 0; i < list.size(); i++) {
                got += frame(socket).getSyncResult().getMessagesCount();
            }
            long nanos = System.nanoTime() - start;
            if (got != conversations * messages) {
                throw new IOException(got + " messages of " + list.size() + " conversations came");
            }
            return nanos / 1e6;
        }
    }

    private static ServerFrame frame(ClientSocket socket) throws IOException {
        if (socket.read() instanceof Input.Frame input) {
            return input.frame();
        }
        throw new IOException("closed");
    }
}
