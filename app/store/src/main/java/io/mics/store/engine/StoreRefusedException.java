package io.mics.store.engine;

/** The store cannot be opened here and now; the message says what {@link #key} is about, in one line. */
public final class StoreRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String key;

    StoreRefusedException(String key, String what) {
        super(what);
        this.key = key;
    }

    /** The setting it is about, with its section. */
    public String key() {
        return key;
    }
}
