package io.mics.hook.grpc;

import com.google.protobuf.CodedInputStream;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookResponse;
import java.io.IOException;

/** A look at a server's health that leaves its hooks alone. */
final class GrpcProbe {
    private static final byte[] THE_WHOLE_SERVER = {};
    private static final int STATUS_TAG = 1 << 3;
    private static final int SERVING = 1;

    private GrpcProbe() {}

    /** Makes the call. */
    interface Exchange {
        HookResponse<byte[]> call(
                MethodDescriptor<byte[], byte[]> method, byte[] request, Metadata headers, Deadline deadline)
                throws InterruptedException;
    }

    /** Looks once; a server that serves no health check, yet answers, is alive. */
    static HookResponse<Acknowledged> of(Exchange exchange, String endpoint, Deadline deadline)
            throws InterruptedException {
        return switch (exchange.call(HookMethods.HEALTH, THE_WHOLE_SERVER, new Metadata(), deadline)) {
            case HookResponse.Answered<byte[]> answered ->
                isServing(answered.answer())
                        ? new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED)
                        : new HookResponse.Failed<>(
                                HookResponse.Kind.ERROR, endpoint + " says of its health that it is not serving");
            case HookResponse.Failed<byte[]> failed ->
                failed.kind() == HookResponse.Kind.REFUSED
                        ? new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED)
                        : new HookResponse.Failed<>(failed.kind(), failed.cause());
        };
    }

    /** Reads {@code HealthCheckResponse}, whose field 1 is the status. */
    private static boolean isServing(byte[] answer) {
        int status = 0;
        try {
            CodedInputStream in = CodedInputStream.newInstance(answer);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == STATUS_TAG) {
                    status = in.readEnum();
                } else {
                    in.skipField(tag);
                }
            }
        } catch (IOException e) {
            return false;
        }
        return status == SERVING;
    }
}
