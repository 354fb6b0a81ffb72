-- One script for both engines; what they spell differently is a placeholder (io.mics.store.schema.Schema).

CREATE TABLE conversations (
    id              ${key},
    tenant          ${text} NOT NULL,
    name            ${text} NOT NULL,               -- the canonical id: single:a:b, group:g, world
    kind            smallint NOT NULL,              -- 1 single, 2 group, 3 world
    last_seq        bigint NOT NULL DEFAULT 0,      -- of the newest message; 0 when there was none
    first_seq       bigint NOT NULL DEFAULT 1,      -- what is older is gone by retention
    last_message_id bigint NOT NULL DEFAULT 0,
    last_ms         bigint NOT NULL DEFAULT 0,      -- when the newest message was stored, ms since 1970
    changed_ms      bigint NOT NULL DEFAULT 0,      -- when anything in it changed for all its members
    member_count    integer NOT NULL DEFAULT 0,     -- of a group, when somebody joined or left last
    attributes      ${text}
) ${often_updated};
CREATE UNIQUE INDEX conversations_name ON conversations (tenant, name);

CREATE TABLE messages (
    conversation  bigint NOT NULL,
    seq           bigint NOT NULL,
    message_id    bigint NOT NULL,
    created_ms    bigint NOT NULL,                  -- when it was accepted
    dedup         ${hash} NOT NULL,                 -- of conversation, sender and the sender's name for it
    sender        ${text} NOT NULL,
    device        ${text} NOT NULL,
    client_msg_id ${text} NOT NULL,
    content_type  ${text} NOT NULL,
    body          ${bytes} NOT NULL,
    headers       ${bytes},
    edited_ms     bigint,
    version       integer,
    recalled_ms   bigint,
    recalled_by   ${text},
    PRIMARY KEY (conversation, seq)
) ${packed};
CREATE UNIQUE INDEX messages_dedup ON messages (dedup);
CREATE INDEX messages_id ON messages ${by_message_id};

CREATE TABLE members (
    tenant         ${text} NOT NULL,
    user_id        ${text} NOT NULL,
    conversation   bigint NOT NULL,
    role           smallint NOT NULL DEFAULT 0,
    joined_seq     bigint NOT NULL DEFAULT 0,       -- sees what is newer
    read_seq       bigint NOT NULL DEFAULT 0,       -- has read up to this
    cleared_before bigint NOT NULL DEFAULT 0,       -- has removed up to and including this for itself
    muted          boolean NOT NULL DEFAULT false,
    changed_ms     bigint NOT NULL DEFAULT 0,       -- when anything of these changed but the read pointer by sending
    left_ms        bigint NOT NULL DEFAULT 0,       -- 0 while it is a member
    PRIMARY KEY (tenant, user_id, conversation)
) ${packed_updated};
CREATE INDEX members_conversation ON members (conversation, user_id);

CREATE TABLE message_hidden (
    conversation bigint NOT NULL,
    user_id      ${text} NOT NULL,
    seq          bigint NOT NULL,
    PRIMARY KEY (conversation, user_id, seq)
) ${packed};
