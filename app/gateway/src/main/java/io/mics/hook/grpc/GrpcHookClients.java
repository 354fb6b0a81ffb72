package io.mics.hook.grpc;

import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.Target;

/** Hooks of transport {@code grpc}: one connection each, on event loops that all share. */
public final class GrpcHookClients implements HookClientFactory, AutoCloseable {
    private final GrpcEventLoops eventLoops = new GrpcEventLoops();

    @Override
    public HookClient open(HookDefinition definition) {
        if (!(definition.target() instanceof Target.Grpc target)) {
            throw new IllegalArgumentException(definition.id() + " is not of transport grpc");
        }
        return new GrpcHookClient(target, eventLoops);
    }

    /** Whether a request that cannot be decoded is a probe's: no server is meant to answer it. */
    public static boolean isProbe(byte[] request) {
        return ContractProbe.isOne(request);
    }

    /** Ends the event loops, once the clients are closed. */
    @Override
    public void close() {
        eventLoops.close();
    }
}
