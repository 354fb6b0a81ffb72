package io.mics.hook.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientResponse;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.hook.HookReply;
import io.mics.hook.HookResult;
import io.mics.hook.HookTransport;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * POSTs protobuf on keep-alive connections. The deadline is for the whole call: the call runs as a child of the asker,
 * and a child that is late is interrupted, which closes its socket, so that neither a backend that hangs nor one that
 * drips can hold anybody.
 */
public final class HttpTransport implements HookTransport {
    /** A group of 200 000 members with the longest ids is not larger. */
    private static final int ANSWER_MAX_BYTES = 32 * 1024 * 1024;

    private static final int CONNECTIONS_KEPT = 512;
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);

    private final Http1Client client = Http1Client.builder()
            .connectionCacheSize(CONNECTIONS_KEPT)
            .followRedirects(false)
            .readTimeout(SOCKET_TIMEOUT)
            .socketOptions(SocketOptions.builder()
                    .tcpNoDelay(true)
                    .connectTimeout(SOCKET_TIMEOUT)
                    .build())
            .build();

    @Override
    public <A extends MessageLite> HookReply<A> call(Call<A> call) throws InterruptedException {
        try (TaskScope scope = TaskScope.collecting("hook", 1, Deadline.after(call.deadline()))) {
            Subtask<HookReply<A>> asked = scope.fork(() -> ask(call));
            scope.join();
            return switch (asked.state()) {
                case SUCCESS -> asked.get();
                case FAILED -> new HookReply.Failed<>(HookResult.NETWORK_ERROR, cause(asked.exception(), call));
                case UNAVAILABLE ->
                    new HookReply.Failed<>(
                            HookResult.TIMEOUT,
                            "no answer from " + url(call) + " within "
                                    + call.deadline().toMillis() + " ms");
            };
        }
    }

    private <A extends MessageLite> HookReply<A> ask(Call<A> call) throws IOException {
        byte[] body;
        try (Http1ClientResponse response = client.post(url(call))
                .header(HeaderNames.CONTENT_TYPE, "application/protobuf")
                .header(HeaderNames.ACCEPT, "application/protobuf")
                .submit(call.request().toByteArray())) {
            int status = response.status().code();
            try (InputStream in = response.inputStream()) {
                body = in.readNBytes(ANSWER_MAX_BYTES + 1);
            }
            if (status < 200 || status > 299) {
                return new HookReply.Failed<>(
                        status >= 500 ? HookResult.HTTP_5XX : HookResult.HTTP_4XX, status + " from " + url(call));
            }
        }
        if (body.length > ANSWER_MAX_BYTES) {
            return new HookReply.Failed<>(HookResult.DECODE_ERROR, "answer too large from " + url(call));
        }
        try {
            return new HookReply.Answer<>(call.answers().parseFrom(body));
        } catch (InvalidProtocolBufferException e) {
            return new HookReply.Failed<>(HookResult.DECODE_ERROR, "answer is not the protobuf expected, from "
                    + url(call));
        }
    }

    private static String url(Call<?> call) {
        return call.baseUrl() + call.operation().path();
    }

    private static String cause(Throwable failure, Call<?> call) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage() + ", calling " + url(call);
    }
}
