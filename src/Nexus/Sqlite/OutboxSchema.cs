namespace Nexus.Sqlite;

/// <summary>The tables of the outbox, in the file of the local replica, so that one commit covers both.</summary>
internal static class OutboxSchema
{
    /// <summary>A row's code of authenticity, docs/security.md. An earlier program would add rows without one, which are not replayed.</summary>
    public const string Codes = """
        ALTER TABLE outbox ADD COLUMN authentic BLOB;
        ALTER TABLE outbox_conflicts ADD COLUMN authentic BLOB;
        ALTER TABLE outbox_quarantine ADD COLUMN authentic BLOB;
        """;

    // base_version and base_write_id are the record's before the write, by which a replay sees whether another writer has written since; version is
    // the one that the caller was told. A record that was changed in PostgreSQL before known_at is one that the write was meant to replace. doubt
    // lists the batches in which the write may have been committed before it was spooled, or says "unsure" where that cannot be asked any more.
    public const string Tables = """
        CREATE TABLE outbox (
            seq           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            record_table  INTEGER NOT NULL,
            record_id     TEXT    NOT NULL,
            kind          TEXT    NOT NULL,
            write_id      BLOB    NOT NULL,
            spooled_at    INTEGER NOT NULL,
            base_version  INTEGER NOT NULL,
            base_write_id BLOB,
            version       INTEGER NOT NULL,
            known_at      INTEGER NOT NULL,
            doubt         TEXT,
            is_forced     INTEGER NOT NULL DEFAULT 0,
            body          TEXT    NOT NULL
        ) STRICT;
        CREATE INDEX outbox_doubt ON outbox (seq) WHERE doubt IS NOT NULL;

        CREATE TABLE outbox_conflicts (
            id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            seq             INTEGER NOT NULL UNIQUE,
            record_table    INTEGER NOT NULL,
            record_id       TEXT    NOT NULL,
            kind            TEXT    NOT NULL,
            write_id        BLOB    NOT NULL,
            spooled_at      INTEGER NOT NULL,
            found_at        INTEGER NOT NULL,
            kept            TEXT    NOT NULL,
            reason          TEXT    NOT NULL,
            spooled_version INTEGER NOT NULL,
            spooled         TEXT    NOT NULL,
            stored_version  INTEGER NOT NULL,
            stored_at       INTEGER,
            stored          TEXT
        ) STRICT;

        CREATE TABLE outbox_quarantine (
            id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            seq          INTEGER NOT NULL UNIQUE,
            record_table INTEGER NOT NULL,
            record_id    TEXT    NOT NULL,
            kind         TEXT    NOT NULL,
            write_id     BLOB    NOT NULL,
            spooled_at   INTEGER NOT NULL,
            found_at     INTEGER NOT NULL,
            code         TEXT    NOT NULL,
            reason       TEXT    NOT NULL,
            version      INTEGER NOT NULL,
            body         TEXT    NOT NULL
        ) STRICT;
        """;
}
