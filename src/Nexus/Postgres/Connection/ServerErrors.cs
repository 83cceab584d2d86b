using System.Text;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What a SQLSTATE means: https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
internal static class ServerErrors
{
    /// <summary>
    /// Raised by the functions of the schema, which name the field as the column, and in front of the message as well, because Citus passes a
    /// worker's message alone. They quote no value.
    /// </summary>
    private const string Refused = "NX400", TooLarge = "NX413";

    /// <summary>The server's function that judges rows by policies.</summary>
    private const string RowPolicy = "ExecWithCheckOptions";

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    /// <summary>Whether a shard refused a batch because a bucket is not its own, or because the writer knows nothing of shards.</summary>
    public static bool IsOfOtherShard(PostgresException error) => error.SqlState == StaleShardMapException.SqlState || IsUnchecked(error);

    /// <summary>The constraint that <c>nexus shards init</c> adds to the commit ledger of a shard.</summary>
    private static bool IsUnchecked(PostgresException error) =>
        error is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "nexus_commits_checked" };

    /// <summary>Raised by the statements in front of a transaction behind a pooler (<see cref="SessionSettings.FencedPrologue"/>).</summary>
    public const string Fenced = "25N01";

    /// <summary>Whether the server takes no writes, or none from here.</summary>
    public static bool IsWrongServer(PostgresException error) =>
        error.SqlState == Fenced || (error.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction && !IsInsideFunction(error));

    /// <summary>
    /// Whether a trigger or function of a user raised the error on purpose, by RAISE or its like. Its SQLSTATE is then what the author chose and says
    /// nothing about the server or the connection.
    /// </summary>
    public static bool IsRaised(PostgresException error) => error.Routine is { } routine
        && (routine is "exec_stmt_raise" or "exec_stmt_assert" or "do_util_elog" or "croak_cstr" or "throw_pltcl_error"
            || routine.StartsWith("PLy_", StringComparison.Ordinal) || routine.StartsWith("plperl_", StringComparison.Ordinal)
                || routine.StartsWith("pltcl_", StringComparison.Ordinal));

    /// <summary>
    /// Whether the error came up inside a function in a procedural language, so that it belongs to the row that the function was called for.
    /// </summary>
    public static bool IsInsideFunction(PostgresException error) => IsRaised(error) || error.Where?.Contains("PL/", StringComparison.Ordinal) == true;

    /// <summary>Whether a policy refused the row, and not a privilege the table.</summary>
    public static bool IsRowPolicy(PostgresException error) =>
        error.SqlState == PostgresErrorCodes.InsufficientPrivilege && error.Routine == RowPolicy;

    /// <summary>
    /// Whether the driver gives the connection up after such an error although the server does not: what it takes for the end of the server
    /// (PostgresErrorCodes.IsCriticalFailure in Npgsql), and 0A000 (<see cref="BatchReader"/>). Then no savepoint can be gone back to.
    /// </summary>
    public static bool EndsConnection(PostgresException error) => error.SqlState[..2] is "53" or "58" or "XX" or "F0"
        || error.SqlState is PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow;

    /// <summary>Whether a prepared statement met a table that a migration has changed. The driver has dropped the statement by then.</summary>
    public static bool IsStalePlan(PostgresException error) =>
        error is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: null or "RevalidateCachedQuery" };

    /// <summary>
    /// Whether the server, or PgBouncer in front of it, has no connection left: https://www.pgbouncer.org/config.html#max_client_conn. PgBouncer says
    /// so in words alone; its SQLSTATE is that of every refusal.
    /// </summary>
    public static bool IsTooManyConnections(PostgresException error) => error.SqlState == PostgresErrorCodes.TooManyConnections
        || (error.SqlState == PostgresErrorCodes.ProtocolViolation
            && (error.MessageText.Contains("no more connections allowed", StringComparison.Ordinal)
                || error.MessageText.Contains("_client_conn", StringComparison.Ordinal)
                // A client that waited too long for one of the pool: pool_size, max_db_connections, max_user_connections.
                || error.MessageText.Contains("query_wait_timeout", StringComparison.Ordinal)));

    public static NexusException Translate(PostgresException error) => error.SqlState switch
    {
        Refused => Refusal(error, tooLarge: false),
        TooLarge => Refusal(error, tooLarge: true),
        StaleShardMapException.SqlState => new StaleShardMapException(ClientText.Path(error.MessageText)),
        _ when IsUnchecked(error) => new StoreIncompatibleException("the database was given shards after this instance had opened it: open it again"),
        Fenced => Unavailable(StoreUnavailableReason.Fenced, error, "the pooler leads to an old primary that was replaced by a promoted standby: "
            + "point it to the new primary, and stop the old one"),
        _ when IsRaised(error) => new StoreRejectedException(error.SqlState, Describe(error, "a trigger or function raised an error")),
        _ when IsRowPolicy(error) =>
            new StoreRejectedException(error.SqlState, Describe(error, "a row security policy does not allow the row")),

        _ when IsTooManyConnections(error) =>
            Unavailable(StoreUnavailableReason.TooManyConnections, error,
                "the server, the pooler, the database or the role has no connection left: lower NexusOptions.MaxPoolSize (or connection_limit in "
                    + "NexusOptions.Database), close other clients, or raise the limit"),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            Unavailable(StoreUnavailableReason.ReadOnly, error,
                "the server is a standby or in read-only mode: NexusOptions.Database must name the primary, and neither the server nor the database "
                    + "nor the role may set default_transaction_read_only"),
        PostgresErrorCodes.ConfigurationLimitExceeded =>
            Unavailable(StoreUnavailableReason.Unreachable, error, "a limit that the server sets was reached, such as temp_file_limit"),
        PostgresErrorCodes.DiskFull => Unavailable(StoreUnavailableReason.DiskFull, error, "the server's disk is full"),
        PostgresErrorCodes.LockNotAvailable => Unavailable(StoreUnavailableReason.TimedOut, error, "a lock was not granted within lock_timeout"),
        PostgresErrorCodes.QueryCanceled =>
            Unavailable(StoreUnavailableReason.TimedOut, error, "the server cancelled the statement (statement_timeout or an administrator)"),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
            Unavailable(StoreUnavailableReason.TimedOut, error, "the transaction lost to a concurrent one"),
        "25P03" or "25P04" => Unavailable(StoreUnavailableReason.TimedOut, error, "the server ended a transaction that was open for too long"),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.DatabaseDropped
            or PostgresErrorCodes.IdleSessionTimeout =>
                Unavailable(StoreUnavailableReason.Unreachable, error, "the server is stopping, starting or ended the connection"),

        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction =>
            new StoreIncompatibleException(
                $"the database lacks a table, column or function that Nexus needs (SQLSTATE {error.SqlState}); migrate the database", error),
        // 26000, 42P05: a prepared statement that another server connection knows, or not.
        "26000" or "42P05" =>
            DatabaseUrl.Error("prepared statements are lost between calls: behind a pooler in transaction mode, write pgbouncer=true"),
        "08P01" when error.MessageText.Contains("startup parameter", StringComparison.OrdinalIgnoreCase) => DatabaseUrl.Error(
            "a pooler such as PgBouncer refuses the startup parameters that Nexus sends: write pgbouncer=true. Change notifications and migrations "
                + "need a direct connection to the server"),
        PostgresErrorCodes.InvalidCatalogName =>
            new NexusConfigurationException(DatabaseUrl.Setting, "the server has no database of that name", error),
        // This message names the object only: permission denied for table sessions.
        PostgresErrorCodes.InsufficientPrivilege =>
            new NexusConfigurationException(DatabaseUrl.Setting, $"the role lacks a privilege: {ClientText.Path(error.MessageText)}", error),
        "28P01" => new NexusConfigurationException(DatabaseUrl.Setting, "the server refused the password or the user", error),

        // This message names the sequence only.
        "2200H" => new StoreRejectedException(error.SqlState,
            $"{ClientText.Path(error.MessageText)} (SQLSTATE 2200H): no new user can be numbered; saved users are not affected. "
            + "As the owner run ALTER TABLE users ALTER COLUMN id TYPE bigint and ALTER SEQUENCE users_id_seq AS bigint MAXVALUE "
                + "9223372036854775807"),

        _ => ByClass(error),
    };

    private static NexusException ByClass(PostgresException error) => error.SqlState[..2] switch
    {
        "08" or "57" or "58" => Unavailable(StoreUnavailableReason.Unreachable, error, "the connection failed or the server reported a failure"),
        "53" => Unavailable(StoreUnavailableReason.Unreachable, error, "the server has run out of memory or another resource"),
        "40" => Unavailable(StoreUnavailableReason.TimedOut, error, "the transaction lost to a concurrent one"),
        "28" =>
            new NexusConfigurationException(DatabaseUrl.Setting,
                $"the server refused the login (SQLSTATE {error.SqlState}): check user, pg_hba.conf and sslmode", error),
        _ => new StoreRejectedException(error.SqlState, Describe(error)),
    };

    private static NexusValidationException Refusal(PostgresException error, bool tooLarge)
    {
        var (field, reason) = (error.ColumnName, error.MessageText);
        if (reason.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end && reason.AsSpan(0, end).IndexOfAnyExcept(Letters) < 0)
            (field, reason) = (field ?? reason[..end], reason[(end + 2)..]);
        return new NexusValidationException(ClientText.Short(field ?? "value"), ClientText.Path(reason), tooLarge);
    }

    private static StoreUnavailableException Unavailable(StoreUnavailableReason reason, PostgresException error, string message) =>
        new(reason, $"{message} (SQLSTATE {error.SqlState})", error);

    private static string Describe(PostgresException error, string? what = null)
    {
        var text = new StringBuilder("PostgreSQL refused: ").Append(what ?? NameOf(error.SqlState)).Append(" (SQLSTATE ").Append(error.SqlState)
            .Append(')');
        if (error.TableName is { } table) text.Append(", table ").Append(ClientText.Short(table));
        if (error.ColumnName is { } column) text.Append(", column ").Append(ClientText.Short(column));
        if (error.ConstraintName is { } constraint) text.Append(", constraint ").Append(ClientText.Short(constraint));
        return text.ToString();
    }

    private static string NameOf(string state) => state switch
    {
        PostgresErrorCodes.UniqueViolation => "a unique key already exists",
        PostgresErrorCodes.ForeignKeyViolation => "a foreign key is violated",
        PostgresErrorCodes.NotNullViolation => "a value is missing",
        PostgresErrorCodes.CheckViolation => "a check constraint or partition bound is violated",
        PostgresErrorCodes.ExclusionViolation => "an exclusion constraint is violated",
        PostgresErrorCodes.StringDataRightTruncation => "a text is too long",
        PostgresErrorCodes.NumericValueOutOfRange => "a number is out of range",
        PostgresErrorCodes.RaiseException => "a trigger or function raised an error",
        _ => state[..2] switch
        {
            "22" => "a value is invalid",
            "23" => "a constraint is violated",
            "42" => "the statement is invalid",
            "54" => "a limit of the server was exceeded",
            "P0" => "a trigger or function failed",
            "XX" => "internal error or corrupted data",
            _ => "the statement failed",
        },
    };
}
