-- What one node at a time does.
CREATE TABLE leases (
    name     ${text} PRIMARY KEY,
    holder   ${text} NOT NULL,
    until_ms bigint NOT NULL                        -- from then on anybody's, ms since 1970 by the database's clock
) ${packed};
