package io.mics.config;

import java.util.List;

/** The outcome of reading the configuration once. */
public sealed interface ConfigResult<T> {

    /** Everything was valid; {@code notes} are worth a log line each. */
    record Valid<T>(T value, List<String> notes) implements ConfigResult<T> {}

    /** Something was not; every problem found, never empty. */
    record Invalid<T>(List<Problem> problems) implements ConfigResult<T> {}
}
