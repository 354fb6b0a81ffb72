package io.mics.node.settings;

import io.mics.config.Problem;
import java.util.List;

/** The configuration is well-formed, but a node must not start with it here and now. */
public final class StartRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    /** {@code what} is wrong with the setting {@code key}, as the rest of a sentence. */
    public StartRefusedException(String key, String what) {
        super(key + " " + what);
        this.problem = new Problem(key, "start", what, "");
    }

    /** The one setting it is about, and why. */
    public List<Problem> problems() {
        return List.of(problem);
    }
}
