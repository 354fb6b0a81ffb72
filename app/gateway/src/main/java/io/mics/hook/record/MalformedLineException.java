package io.mics.hook.record;

/** A line that is no recorded call; the message says why, in plain words. */
public final class MalformedLineException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedLineException(String message) {
        super(message);
    }
}
