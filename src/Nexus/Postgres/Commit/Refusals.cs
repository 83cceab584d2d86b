using Npgsql;

namespace Nexus.Postgres;

/// <summary>Which errors mean that the server has refused a transaction, and which of its writes they may come from.</summary>
internal static class Refusals
{
    /// <summary>
    /// Whether the error proves that the transaction is gone. An error that ends the connection does not: a stopping server may send it in
    /// place of the response to a commit.
    /// </summary>
    public static bool IsDefinite(PostgresException error) =>
        error.InvariantSeverity == "ERROR" && (ServerErrors.IsInsideFunction(error) || !PostgresErrors.IsConnectionLost(error));

    /// <summary>Whether the connection broke, or may have broken, so that only the commit ledger knows the commit status.</summary>
    public static bool IsConnectionBroken(Exception error) =>
        PostgresErrors.Covers(error) && !(error is PostgresException server && IsDefinite(server));

    /// <summary>Whether the error leaves the connection in a state that is not known, as <see cref="BatchReader"/> describes.</summary>
    public static bool IsOfUnknownState(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported };

    /// <summary>
    /// Whether the error may come from one row among many: data, constraints, limits, triggers, damaged pages, a row security policy
    /// (https://www.postgresql.org/docs/current/errcodes-appendix.html). Inside a trigger or function it may have any code.
    /// </summary>
    public static bool MayBeOneRow(PostgresException error) => IsDefinite(error)
        && (error.SqlState[..2] is "21" or "22" or "23" or "44" or "54" or "NX" or "P0" or "XX"
            || error.SqlState == PostgresErrorCodes.InsufficientPrivilege
            || error.SqlState == PostgresErrorCodes.FeatureNotSupported && !ServerErrors.IsStalePlan(error)
            || ServerErrors.IsRaised(error) || ServerErrors.IsInsideFunction(error) && !PostgresErrors.IsTransient(error));

    /// <summary>
    /// Whether the error may come from one table among several, so that writes to the others succeed. A full disk concerns all tables: if a part of
    /// each batch found room, the failover would go to the outbox and come back all the time.
    /// </summary>
    public static bool MayBeOneTable(PostgresException error) => IsDefinite(error)
        && (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.ObjectNotInPrerequisiteState
            || error.SqlState.StartsWith("42", StringComparison.Ordinal));

    /// <summary>
    /// Whether each write to the table would meet the same error: a lock, a missing table or column, a privilege, a full disk, the limit of time.
    /// </summary>
    public static bool ConcernsWholeTable(PostgresException error) => !ServerErrors.IsInsideFunction(error) && !ServerErrors.IsRowPolicy(error)
        && error.SqlState is (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DiskFull or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction);
}
