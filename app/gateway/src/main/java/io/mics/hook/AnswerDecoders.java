package io.mics.hook;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.mics.hook.BackendGate.Decoder;
import io.mics.hook.BackendGate.UndecodableException;
import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.CheckMessageResponse;
import io.mics.proto.hook.v1.GetOfflineMessagesResponse;
import io.mics.tenant.Tenant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** How each operation's answer is read. */
final class AnswerDecoders {
    static final Decoder<AuthResponse> AUTH = new Decoder<>() {
        @Override
        public AuthResponse decode(byte[] body) throws UndecodableException {
            AuthResponse response = parse(AuthResponse.parser(), body);
            if (response.getOk()) {
                Optional<String> invalid = Tenant.invalidField(response.getConfig());
                if (invalid.isPresent()) {
                    throw new UndecodableException(invalid.get());
                }
            }
            return response;
        }

        @Override
        public boolean accepts(AuthResponse answer) {
            return answer.getOk();
        }
    };

    /** Nearly every answer is this one, and needs no parsing. */
    private static final CheckMessageResponse ALLOWED =
            CheckMessageResponse.newBuilder().setAllow(true).build();

    private static final byte[] ALLOWED_BYTES = ALLOWED.toByteArray();

    static final Decoder<CheckMessageResponse> CHECK = new Decoder<>() {
        @Override
        public CheckMessageResponse decode(byte[] body) throws UndecodableException {
            return Arrays.equals(body, ALLOWED_BYTES) ? ALLOWED : parse(CheckMessageResponse.parser(), body);
        }

        @Override
        public boolean accepts(CheckMessageResponse answer) {
            return answer.getAllow();
        }
    };

    static final Decoder<GetOfflineMessagesResponse> OFFLINE =
            decoder(GetOfflineMessagesResponse.parser(), GetOfflineMessagesResponse::getOk);

    private AnswerDecoders() {}

    private static <R> Decoder<R> decoder(Parser<R> parser, Predicate<R> yes) {
        return new Decoder<>() {
            @Override
            public R decode(byte[] body) throws UndecodableException {
                return parse(parser, body);
            }

            @Override
            public boolean accepts(R answer) {
                return yes.test(answer);
            }
        };
    }

    private static <R> R parse(Parser<R> parser, byte[] body) throws UndecodableException {
        try {
            return parser.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw undecodable(body);
        }
    }

    static UndecodableException undecodable(byte[] body) {
        return new UndecodableException("undecodable answer of " + body.length + " bytes");
    }
}
