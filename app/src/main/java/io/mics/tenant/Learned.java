package io.mics.tenant;

/** The outcome of giving a tenant the runtime settings of an {@code /auth} answer. */
public sealed interface Learned {

    /** They hold from now on. */
    record Accepted() implements Learned {}

    /** They do not: {@code field} is negative. The tenant keeps what it had. */
    record Invalid(String field) implements Learned {}
}
