package io.mics.config;

/** Where a value came from. */
public enum Origin {
    FILE,
    ENVIRONMENT,
    DEFAULT
}
