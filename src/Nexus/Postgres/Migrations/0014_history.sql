-- Who changed what, and when: one row for each change that was made with an author, inserted by the transaction of the change. Secrets are never in it.
-- The rows come in the order of time, so the primary key grows at its end; lists read it backwards.
CREATE TABLE nexus_history (
    at           timestamptz NOT NULL,
    id           uuid        NOT NULL,
    record_table text COLLATE "C" NOT NULL,
    record_key   text COLLATE "C" NOT NULL,
    author_id    text COLLATE "C" NOT NULL,
    author_name  text        NOT NULL,
    origin       text        NOT NULL,
    action       text        NOT NULL,
    version      bigint      NOT NULL,
    body         jsonb       NOT NULL,
    PRIMARY KEY (at, id)
);

CREATE INDEX nexus_history_record_idx ON nexus_history (record_table, record_key, at, id);
CREATE INDEX nexus_history_author_idx ON nexus_history (author_id, at, id);
