package io.mics.sdk.hook.conformance;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.proto.hook.v1.HookMeta;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a backend must stand that answers the protobuf hooks below one base URL. */
final class MicsHttpCases {
    private static final Map<String, String> PROTOBUF = Map.of("Content-Type", "application/protobuf");
    private static final int MAX_PAGES = 10;
    private static final int OVERSIZE = 16 << 20;
    private static final Duration OLD = Duration.ofHours(1);
    private static final Duration AUTH_IN = Duration.ofSeconds(1);

    private final KitSettings settings;
    private final Samples samples;
    private final Caller caller;
    private final List<Case> cases = new ArrayList<>();

    MicsHttpCases(KitSettings settings) {
        this.settings = settings;
        this.caller = new Caller(settings.patience());
        this.samples = new Samples(settings);
    }

    List<Case> all() {
        valid("/auth", samples.auth(), AUTH_IN, this::auth);
        valid("/check-message", samples.check(), settings.within(), CheckMessageResponse::parseFrom);
        valid("/get-group-members", samples.members(), settings.within(), GetGroupMembersResponse::parseFrom);
        valid("/get-offline-messages", samples.offline(""), settings.within(), GetOfflineMessagesResponse::parseFrom);
        add("/get-offline-messages: its pages come to an end", this::pages);
        add("/check-message: the same call twice gets the same verdict", this::duplicate);
        add("/check-message: a client's retry, a new call for the same message, gets the same verdict", this::retry);
        add("/check-message: fields nobody knows yet are ignored", this::unknownFields);
        if (!settings.secret().isEmpty()) {
            signatures("/auth", samples.auth());
            signatures("/check-message", samples.check());
            signatures("/get-group-members", samples.members());
            signatures("/get-offline-messages", samples.offline(""));
        }
        add(
                "/check-message: garbage is refused",
                () -> post("/check-message", garbage()).refused());
        add("/check-message: 16 MiB are refused, and the next call is answered", this::oversize);
        add(
                "/check-message: calls that never end hold nobody up",
                () -> caller.besideStalled(
                        settings.url() + "/check-message", () -> post("/check-message", samples.check())));
        add(
                "an unknown path is refused",
                () -> post("/no-such-hook", samples.check()).refused());
        add(
                "GET is refused",
                () -> caller.get(settings.url() + "/check-message").refused());
        return List.copyOf(cases);
    }

    /** Decodes an answer. */
    private interface Decoder {
        MessageLite decode(byte[] body) throws InvalidProtocolBufferException;
    }

    private void valid(String path, Message request, Duration allowed, Decoder decoder) {
        add(path + ": a valid call is answered", () -> {
            Response response = post(path, request);
            if (response.status() != 200) {
                return new Finding.Failed("answered " + response.status() + ", not 200");
            }
            try {
                decoder.decode(response.body());
            } catch (InvalidProtocolBufferException e) {
                return new Finding.Failed("the answer does not decode: " + e.getMessage());
            }
            return response.type().startsWith("application/protobuf")
                    ? Finding.PASSED
                    : new Finding.Noted("Content-Type is \"" + response.type() + "\", not application/protobuf");
        });
        add(path + ": an answer comes in time", () -> Caller.inTime(allowed, () -> post(path, request)));
    }

    private AuthResponse auth(byte[] body) throws InvalidProtocolBufferException {
        AuthResponse answer = AuthResponse.parseFrom(body);
        if (answer.getOk() && answer.getUserId().isEmpty()) {
            throw new InvalidProtocolBufferException("ok without a user_id");
        }
        return answer;
    }

    private void signatures(String path, Message request) {
        String wrong = settings.secret() + "x";
        add(
                path + ": another secret's signature is refused",
                () -> post(path, samples.signed(request, wrong)).refused());
        add(
                path + ": a call without a signature is refused",
                () -> post(path, samples.signed(request, "")).refused());
        add(path + ": a call that was altered is refused", () -> {
            HookMeta meta = (HookMeta) request.getField(Samples.meta(request));
            HookMeta altered =
                    meta.toBuilder().setRequestId(meta.getRequestId() + "x").build();
            return post(
                            path,
                            request.toBuilder()
                                    .setField(Samples.meta(request), altered)
                                    .build())
                    .refused();
        });
        add(path + ": a call signed an hour ago is refused", () -> {
            Response response = post(path, samples.at(request, System.currentTimeMillis() - OLD.toMillis()));
            return response.success()
                    ? new Finding.Noted("it may be replayed for ever: check meta.timestamp_ms")
                    : response.refused();
        });
    }

    private Finding pages() throws IOException, InterruptedException {
        String cursor = "";
        for (int page = 0; page < MAX_PAGES; page++) {
            GetOfflineMessagesResponse answer = GetOfflineMessagesResponse.parseFrom(
                    post("/get-offline-messages", samples.offline(cursor)).body());
            if (answer.getMessagesCount() > Samples.PAGE) {
                return new Finding.Failed(
                        answer.getMessagesCount() + " messages where " + Samples.PAGE + " were asked for");
            }
            if (!answer.getHasMore()) {
                return Finding.PASSED;
            }
            if (answer.getNextCursor().isEmpty() || answer.getNextCursor().equals(cursor)) {
                return new Finding.Failed("has_more without a new next_cursor");
            }
            cursor = answer.getNextCursor();
        }
        return new Finding.Noted("more than " + MAX_PAGES + " pages: the gateway asks no further");
    }

    private Finding duplicate() throws IOException, InterruptedException {
        CheckMessageRequest request = samples.check();
        return same(verdict(request), verdict(request));
    }

    private Finding retry() throws IOException, InterruptedException {
        CheckMessageRequest first = samples.check();
        CheckMessageRequest again =
                samples.check().toBuilder().setMessage(first.getMessage()).build();
        return same(verdict(first), verdict(samples.signed(again, settings.secret())));
    }

    private static Finding same(CheckMessageResponse first, CheckMessageResponse second) {
        return Finding.of(
                first.getAllow() == second.getAllow() && first.getReason().equals(second.getReason()),
                "first allow=" + first.getAllow() + ", then allow=" + second.getAllow());
    }

    private CheckMessageResponse verdict(Message request) throws IOException, InterruptedException {
        return CheckMessageResponse.parseFrom(post("/check-message", request).body());
    }

    /** The signature covers what is known, so what is added later is not covered. */
    private Finding unknownFields() throws IOException, InterruptedException {
        UnknownFieldSet.Field field =
                UnknownFieldSet.Field.newBuilder().addVarint(7).build();
        UnknownFieldSet unknown =
                UnknownFieldSet.newBuilder().addField(19_999, field).build();
        CheckMessageRequest.Builder request = samples.check().toBuilder().setUnknownFields(unknown);
        request.getMessageBuilder().setUnknownFields(unknown);
        return post("/check-message", request.build()).accepted();
    }

    private Finding oversize() throws IOException, InterruptedException {
        try {
            Response response = post("/check-message", new byte[OVERSIZE]);
            if (response.status() / 100 != 4) {
                return response.refused();
            }
        } catch (IOException closed) {
            // refused by closing the connection, which is as good
        }
        return post("/check-message", samples.check()).accepted();
    }

    private static byte[] garbage() {
        byte[] garbage = new byte[64];
        Arrays.fill(garbage, (byte) 0xff);
        return garbage;
    }

    private Response post(String path, MessageLite request) throws IOException, InterruptedException {
        return post(path, request.toByteArray());
    }

    private Response post(String path, byte[] body) throws IOException, InterruptedException {
        return caller.post(settings.url() + path, PROTOBUF, body);
    }

    private void add(String claim, Case.Check check) {
        cases.add(new Case(claim, check));
    }
}
