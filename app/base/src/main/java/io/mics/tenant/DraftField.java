package io.mics.tenant;

/** A part of a message that a pre-send hook may change. */
public enum DraftField {
    PAYLOAD,
    HEADERS,
    METADATA,
    TAGS
}
