package io.mics.hook.local;

/** A class of a plugin is not let in. Its message names class and reason, and nothing a message contained. */
final class RefusedClass extends LinkageError {
    private static final long serialVersionUID = 1;

    RefusedClass(String className, String call) {
        super(className + " calls " + call + ", which no plugin may");
    }
}
