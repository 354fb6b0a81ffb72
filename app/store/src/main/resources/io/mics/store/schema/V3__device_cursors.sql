-- Devices that do not ask what they missed, and up to where each has been given every conversation.
CREATE TABLE devices (
    tenant  ${text} NOT NULL,
    user_id ${text} NOT NULL,
    device  ${text} NOT NULL,
    seen_ms bigint NOT NULL,                        -- when it was connected, within a day; ms since 1970
    PRIMARY KEY (tenant, user_id, device)
) ${packed};
CREATE INDEX devices_seen ON devices (seen_ms);

CREATE TABLE device_cursors (
    tenant       ${text} NOT NULL,
    user_id      ${text} NOT NULL,
    device       ${text} NOT NULL,
    conversation bigint NOT NULL,
    seq          bigint NOT NULL,                   -- it has all up to this
    PRIMARY KEY (tenant, user_id, device, conversation)
) ${packed_updated};
