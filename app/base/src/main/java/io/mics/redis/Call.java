package io.mics.redis;

import java.util.List;

/** One run of a script. All keys are in one slot of a cluster. */
public record Call(Script script, List<String> keys, List<String> arguments) {
    /** A run on one key. */
    public static Call of(Script script, String key, String... arguments) {
        return new Call(script, List.of(key), List.of(arguments));
    }
}
