package io.mics.config;

/** Where a value came from. */
public enum ValueOrigin {
    FILE,
    ENVIRONMENT,
    DEFAULT
}
