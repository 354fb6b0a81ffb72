package io.mics.sdk.client;

import java.io.IOException;

/** The first connection was not made: refused by the gateway, or not possible. */
public final class ConnectRefused extends IOException {
    private static final long serialVersionUID = 1;
    private final int code;
    private final String reason;

    ConnectRefused(int code, String reason) {
        super("connection refused: " + code + " " + reason);
        this.code = code;
        this.reason = reason;
    }

    /** The close code, see {@link CloseCodes}; {@link CloseCodes#BROKEN} when no gateway was reached. */
    public int code() {
        return code;
    }

    /** What the gateway, or the network, said. */
    public String reason() {
        return reason;
    }
}
