package io.mics.listener;

import java.util.Objects;

/** A port could not be bound. The message names the address, the setting and what to do. */
public final class PortTakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String key;
    private final String what;

    PortTakenException(ListenSettings listen, Exception cause) {
        super(listen.setting().key() + ": " + what(listen, cause), cause);
        this.key = listen.setting().key();
        this.what = what(listen, cause);
    }

    /** The setting of the port. */
    public String key() {
        return key;
    }

    /** What is wrong, and what to do. */
    public String what() {
        return what;
    }

    private static String what(ListenSettings listen, Exception cause) {
        return "the " + listen.name() + " port " + listen.host() + ":" + listen.port() + " cannot be opened ("
                + Objects.requireNonNullElse(cause.getMessage(), cause.toString())
                + "): stop what listens there, or choose another port with "
                + listen.setting().key() + " (" + listen.setting().variable() + ")";
    }
}
