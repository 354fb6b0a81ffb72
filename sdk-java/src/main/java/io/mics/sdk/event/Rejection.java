package io.mics.sdk.event;

/** Why a record is no event to act upon. */
public sealed interface Rejection {

    /** The record or its content is missing, or is not the protobuf it should be. */
    record Undecodable(String why) implements Rejection {}

    /** An event of a type this version does not know; its signature was right. */
    record UnknownType(int number) implements Rejection {}

    /** It names another tenant than the one the topic belongs to. */
    record ForeignTenant(String tenantId) implements Rejection {}

    /** There is no secret for this tenant. */
    record UnknownTenant(String tenantId) implements Rejection {}

    /** It is not signed, but must be. */
    record Unsigned() implements Rejection {}

    /** None of the tenant's secrets made this signature. */
    record BadSignature() implements Rejection {}
}
