using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Sqlite;

/// <summary>The tables, in numbered steps; PRAGMA user_version says how many a file has.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks the file as ours in its header: "NEXS".</summary>
    private const int ApplicationId = 0x4E455853;

    private const string MinimumReader = "minimum_reader_version";

    /// <summary>The oldest program that can use what this one writes. Raise it only with a step that an older one would get wrong.</summary>
    private const int OldestReader = 11;

    private static readonly string[] Steps =
        [State, OutboxSchema.Tables, OutboxSchema.Codes, KeyedState, UserLists, Tasks, ChangedUsers, TradeExits, History, Calibrations, Fills,
            Administrators];

    public static int VersionOf(SqliteSession connection) => (int)connection.ReadNumber("PRAGMA user_version");

    /// <summary>Applies the steps that are missing, all or none, to a file that may be written to.</summary>
    public static void BringUpToDate(SqliteSession connection, string file, ILogger logger)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var from = VersionOf(connection);
            for (var step = from; step < Steps.Length; step++)
            {
                connection.ExecuteScript(Steps[step]);
                SqliteLog.SchemaStepApplied(logger, step + 1, file);
            }
            if (from < Steps.Length)
            {
                connection.ExecuteScript($"PRAGMA user_version = {Steps.Length}; PRAGMA application_id = {ApplicationId}");
                SqliteMeta.Set(connection, MinimumReader, OldestReader.ToString());
            }
            connection.Execute("COMMIT");
        }
        catch
        {
            if (!connection.IsAutocommit) connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>For a connection that may not change the file.</summary>
    /// <exception cref="StoreIncompatibleException">The file is foreign, or older or newer than this program understands.</exception>
    public static void RefuseUnlessCurrent(SqliteSession connection, string file)
    {
        RefuseUnlessUsable(connection, file);
        var version = VersionOf(connection);
        if (version < Steps.Length)
            throw new StoreIncompatibleException(
                $"{file} has schema version {version} and this version of Nexus reads {Steps.Length}: open it for writing once to upgrade it");
    }

    /// <summary>Changes nothing, so that a file which is not ours stays as it is.</summary>
    /// <exception cref="StoreIncompatibleException">The file is foreign, or newer than this program understands.</exception>
    public static void RefuseUnlessUsable(SqliteSession connection, string file)
    {
        var version = VersionOf(connection);
        var isEmpty = version == 0 && connection.ReadNumber("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && connection.ReadNumber("PRAGMA application_id") != ApplicationId)
            throw new StoreIncompatibleException(
                $"{file} is not a Nexus database: move it away, or name another {nameof(NexusOptions)}.{nameof(NexusOptions.DataFolder)}");
        if (version <= Steps.Length) return;
        var needed = SqliteMeta.Get(connection, MinimumReader);
        if (int.TryParse(needed, out var minimum) && minimum <= Steps.Length) return;
        throw new StoreIncompatibleException(
            $"{file} has schema version {version}, which needs a Nexus that supports version {needed ?? version.ToString()}; this one supports "
                + $"{Steps.Length}: use a newer Nexus");
    }

    /// <summary>Users by the beginning of their name, and by the end of their subscription. Times in documents sort as texts.</summary>
    private const string UserLists = """
        CREATE INDEX users_name ON users (lower(doc ->> '$.name'), chat_id);
        CREATE INDEX users_end ON users (doc ->> '$.expires_at', chat_id) WHERE doc ->> '$.role' = 'user';
        """;

    /// <summary>Users by their last write, for the jobs that process what changed since their last run.</summary>
    private const string ChangedUsers = "CREATE INDEX users_changed ON users (updated_at)";

    /// <summary>The few administrators among many users, as in PostgreSQL.</summary>
    private const string Administrators = "CREATE INDEX users_admin ON users (chat_id) WHERE doc ->> '$.role' = 'admin'";

    /// <summary>Holds all that the performance figures are made of, in the order of exit, so that they read no document.</summary>
    private const string TradeExits = """
        DROP INDEX trades_figures;
        CREATE INDEX trades_exits ON trades (chat_id, exit_at, id, entry_at, pnl, fees, status) WHERE status = 'CLOSED' AND pnl IS NOT NULL;
        """;

    // Instants are microseconds since 1970, write ids and trade ids 16 bytes in network order, so that they sort as PostgreSQL sorts them.
    // Rows keep a rowid: in a WITHOUT ROWID table a document of the usual size would spill into an overflow page.
    private const string State = """
        CREATE TABLE nexus_meta (
            name  TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sessions (
            chat_id    TEXT    NOT NULL PRIMARY KEY,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL,
            mode       TEXT GENERATED ALWAYS AS (
                CASE WHEN json_type(doc, '$.config.mode') = 'text' AND length(json_extract(doc, '$.config.mode')) <= 100
                    THEN json_extract(doc, '$.config.mode') END
            ) VIRTUAL
        ) STRICT;
        CREATE INDEX sessions_mode ON sessions (mode, chat_id);

        -- The strategies that are on in each session's config, kept by the same transaction that keeps the session.
        CREATE TABLE session_strategies (
            strategy TEXT NOT NULL,
            chat_id  TEXT NOT NULL,
            PRIMARY KEY (strategy, chat_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE users (
            chat_id    TEXT    NOT NULL PRIMARY KEY,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL
        ) STRICT;

        CREATE TABLE bot_state (
            id         TEXT    NOT NULL PRIMARY KEY,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL
        ) STRICT;

        CREATE TABLE system_config (
            key        TEXT    NOT NULL PRIMARY KEY,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL
        ) STRICT;

        CREATE TABLE trades (
            chat_id    TEXT    NOT NULL,
            entry_at   INTEGER NOT NULL,
            id         BLOB    NOT NULL,
            status     TEXT    NOT NULL,
            symbol     TEXT    NOT NULL,
            exit_at    INTEGER,
            pnl        TEXT,
            fees       TEXT    NOT NULL,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL,
            PRIMARY KEY (chat_id, entry_at, id)
        ) STRICT;
        CREATE INDEX trades_newest ON trades (entry_at DESC, id DESC, chat_id);
        CREATE INDEX trades_symbol ON trades (symbol, entry_at DESC, id DESC, chat_id);
        CREATE INDEX trades_id ON trades (id);
        CREATE INDEX trades_open ON trades (entry_at DESC, id DESC, chat_id) WHERE status = 'OPEN';
        -- Holds all that the performance figures are made of, so that they read no document. No index would do so over generated columns.
        CREATE INDEX trades_figures ON trades (chat_id, exit_at, id, pnl, fees, status) WHERE status = 'CLOSED' AND pnl IS NOT NULL;
        """;

    // Due is what is active and not leased, or whose lease has ended.
    private const string Tasks = """
        CREATE TABLE tasks (
            id           TEXT    NOT NULL PRIMARY KEY,
            version      INTEGER NOT NULL,
            write_id     BLOB    NOT NULL,
            updated_at   INTEGER NOT NULL,
            doc          TEXT    NOT NULL,
            leased_until INTEGER,
            leased_by    TEXT,
            leased_for   INTEGER,
            chat_id      TEXT    GENERATED ALWAYS AS (json_extract(doc, '$.chat_id')) VIRTUAL,
            is_active    INTEGER GENERATED ALWAYS AS (json_extract(doc, '$.is_active')) VIRTUAL,
            due_at       INTEGER GENERATED ALWAYS AS (
                CASE WHEN json_extract(doc, '$.is_active') THEN max(json_extract(doc, '$.next_run_us'), coalesce(leased_until, 0)) END
            ) VIRTUAL
        ) STRICT;
        CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX tasks_chat ON tasks (chat_id, id);
        """;

    /// <summary>Who changed what, and when.</summary>
    private const string History = """
        CREATE TABLE nexus_history (
            at           INTEGER NOT NULL,
            id           BLOB    NOT NULL,
            record_table TEXT    NOT NULL,
            record_key   TEXT    NOT NULL,
            author_id    TEXT    NOT NULL,
            author_name  TEXT    NOT NULL,
            origin       TEXT    NOT NULL,
            action       TEXT    NOT NULL,
            version      INTEGER NOT NULL,
            body         TEXT    NOT NULL,
            PRIMARY KEY (at, id)
        ) STRICT;
        CREATE INDEX nexus_history_record ON nexus_history (record_table, record_key, at, id);
        CREATE INDEX nexus_history_author ON nexus_history (author_id, at, id);
        """;

    private const string Calibrations = """
        CREATE TABLE calibrations (
            id         TEXT    NOT NULL PRIMARY KEY,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL
        ) STRICT;
        """;

    /// <summary>
    /// Fills and a fractional leverage are in the documents of trades, so no table changes. But an older program would drop the fills when it closes
    /// a trade, and must not open the file.
    /// </summary>
    private const string Fills = "SELECT count(*) FROM nexus_meta";

    // An instant is a number in the document as well: the generated column is compared with the clock.
    private const string KeyedState = """
        CREATE TABLE keyed_state (
            id         TEXT    NOT NULL PRIMARY KEY,
            version    INTEGER NOT NULL,
            write_id   BLOB    NOT NULL,
            updated_at INTEGER NOT NULL,
            doc        TEXT    NOT NULL,
            expires_at INTEGER GENERATED ALWAYS AS (json_extract(doc, '$.expires_at')) VIRTUAL
        ) STRICT;
        CREATE INDEX keyed_state_expiry ON keyed_state (expires_at) WHERE expires_at IS NOT NULL;
        """;
}
