package io.mics.hook.local;

import io.mics.hook.point.HookResponse;
import java.util.Arrays;

/**
 * Says what a plugin threw: the exception's class and the line of the plugin it comes from. Not its text, which may
 * quote the message that was handled.
 */
final class PluginFault {
    private static final int LONGEST = 200;

    private PluginFault() {}

    /** The failed call, in words. Asks the exception itself, which is the plugin's code: call it on its thread. */
    static <A> HookResponse<A> failed(Throwable thrown) {
        // what the JVM says of classes that do not fit contains names alone
        String detail = thrown instanceof LinkageError ? firstLine(thrown) : "";
        return new HookResponse.Failed<>(HookResponse.Kind.ERROR, "threw " + words(thrown) + detail);
    }

    /** Class and line. */
    static String words(Throwable thrown) {
        String name = thrown.getClass().getName();
        return Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getModuleName() == null)
                .findFirst()
                .map(frame -> name + " at " + frame.getClassName() + "." + frame.getMethodName() + "("
                        + frame.getFileName() + ":" + frame.getLineNumber() + ")")
                .orElse(name);
    }

    /** The first line of its text; only for what cannot know a message. */
    static String firstLine(Throwable thrown) {
        String text = thrown.getMessage();
        if (text == null || text.isBlank()) {
            return "";
        }
        String line = text.strip().lines().findFirst().orElse("");
        return ": " + (line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
    }
}
