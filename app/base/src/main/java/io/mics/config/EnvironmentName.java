package io.mics.config;

/**
 * One name of the environment, and the YAML key it beats.
 *
 * @param name the environment name
 * @param key  the whole YAML key, with its section
 * @param form how its value is written
 * @param unit what a plain number counts, under the key too
 */
public record EnvironmentName(String name, String key, Form form, Unit unit) {
    /** How an environment value is written. */
    public enum Form {
        /** As it is; empty counts as given. */
        TEXT,
        /** A number, a time or a flag; empty counts as not given. */
        VALUE,
        /** A JSON object from name (a tenant id, a package) to value; the {@code *} of its key stands for the name. */
        PER_NAME
    }

    /** Text, taken as it is. */
    public static EnvironmentName text(String name, String key) {
        return new EnvironmentName(name, key, Form.TEXT, Unit.NONE);
    }

    /** A number, a flag, or a time with its unit. */
    public static EnvironmentName value(String name, String key) {
        return new EnvironmentName(name, key, Form.VALUE, Unit.NONE);
    }

    /** A time, in milliseconds where no unit is given. */
    public static EnvironmentName milliseconds(String name, String key) {
        return new EnvironmentName(name, key, Form.VALUE, Unit.MILLISECONDS);
    }

    /** A time, in seconds where no unit is given. */
    public static EnvironmentName seconds(String name, String key) {
        return new EnvironmentName(name, key, Form.VALUE, Unit.SECONDS);
    }

    /** A JSON object from name to value. */
    public static EnvironmentName perName(String name, String key) {
        return new EnvironmentName(name, key, Form.PER_NAME, Unit.NONE);
    }
}
