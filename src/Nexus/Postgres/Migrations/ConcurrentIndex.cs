using System.Text.RegularExpressions;

namespace Nexus.Postgres;

/// <summary>Builds an index without blocking writers, whatever an earlier attempt left behind.</summary>
/// <remarks>
/// A CREATE INDEX CONCURRENTLY that fails leaves an invalid index, which every write must maintain and no query uses, and which IF NOT EXISTS
/// then takes for the real one: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY.
/// </remarks>
internal sealed partial class ConcurrentIndex
{
    private readonly MigrationSession _session;
    private readonly Action<MigrationStepKind, string> _onStep;

    private ConcurrentIndex(MigrationSession session, Action<MigrationStepKind, string> onStep) => (_session, _onStep) = (session, onStep);

    /// <summary>Carries out a statement of a concurrent migration: an index as described above, anything else as it is.</summary>
    public static Task RunAsync(MigrationSession session, string statement, Action<MigrationStepKind, string> onStep,
        CancellationToken cancellationToken)
    {
        var index = new ConcurrentIndex(session, onStep);
        return Statement().Match(statement) is { Success: true } match
            ? index.EnsureAsync(match.Groups["unique"].Value, match.Groups["name"].Value, match.Groups["table"].Value, match.Groups["rest"].Value,
                cancellationToken)
            : session.ExecuteAsync(statement, cancellationToken);
    }

    private async Task EnsureAsync(string unique, string name, string table, string rest, CancellationToken cancellationToken)
    {
        var partitions = await PartitionsAsync(table, cancellationToken).ConfigureAwait(false);
        if (partitions is null) await BuildAsync(unique, name, table, rest, cancellationToken).ConfigureAwait(false);
        else await BuildPartitionedAsync(unique, name, table, rest, partitions, cancellationToken).ConfigureAwait(false);
    }

    private async Task BuildAsync(string unique, string name, string table, string rest, CancellationToken cancellationToken)
    {
        switch (await IsValidAsync(name, cancellationToken).ConfigureAwait(false))
        {
            case true: return;
            case false:
                _onStep(MigrationStepKind.Rebuilding, name);
                await _session.ExecuteAsync($"DROP INDEX CONCURRENTLY IF EXISTS {name}", cancellationToken).ConfigureAwait(false);
                break;
            default:
                _onStep(MigrationStepKind.Building, name);
                break;
        }
        await _session.ExecuteAsync($"CREATE {unique} INDEX CONCURRENTLY {name} ON {table} {rest}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// PostgreSQL does not build a partitioned index concurrently. The way its manual gives: an index on the parent only, which is invalid and
    /// costs nothing, one built concurrently on each partition, and each attached; with the last one the parent's becomes valid. A partition
    /// that is attached in between gets its index from the parent's.
    /// </summary>
    private async Task BuildPartitionedAsync(string unique, string name, string table, string rest, string[] partitions,
        CancellationToken cancellationToken)
    {
        if (await IsValidAsync(name, cancellationToken).ConfigureAwait(false) is not { } isValid)
        {
            await _session.ExecuteAsync($"CREATE {unique} INDEX {name} ON ONLY {table} {rest}", cancellationToken).ConfigureAwait(false);
        }
        else if (isValid) return;

        foreach (var partition in partitions)
        {
            if (await HasAttachedAsync(name, partition, cancellationToken).ConfigureAwait(false)) continue;
            var child = SqlIdentifier.Quote(ShortName(partition, name));
            await BuildAsync(unique, child, SqlIdentifier.Quote(partition), rest, cancellationToken).ConfigureAwait(false);
            await _session.ExecuteAsync($"ALTER INDEX {name} ATTACH PARTITION {child}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Names are cut at 63 bytes by the server, which would make two of one.</summary>
    private static string ShortName(string partition, string index)
    {
        var name = $"{partition}_{index.Trim('"')}";
        return name.Length <= 63 ? name : name[^63..];
    }

    /// <summary>Null when the table is not partitioned.</summary>
    private async Task<string[]?> PartitionsAsync(string table, CancellationToken cancellationToken)
    {
        var found = await _session.Connection.RowsAsync(
            """
            SELECT c.relkind = 'p', array(SELECT p.relname::text FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid
                                          WHERE i.inhparent = c.oid ORDER BY p.relname)
            FROM pg_catalog.pg_class c WHERE c.oid = $1::regclass
            """,
            [table],
            row => row.GetBoolean(0) ? row.GetFieldValue<string[]>(1) : null,
            cancellationToken).ConfigureAwait(false);
        return found[0];
    }

    /// <summary>Null when there is no such index.</summary>
    private Task<bool?> IsValidAsync(string name, CancellationToken cancellationToken) => _session.Connection.ScalarAsync<bool?>(
        "SELECT indisvalid AND indisready FROM pg_catalog.pg_index WHERE indexrelid = to_regclass($1)", [name], cancellationToken);

    private Task<bool> HasAttachedAsync(string name, string partition, CancellationToken cancellationToken) => _session.Connection.ScalarAsync<bool>(
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index x ON x.indexrelid = h.inhrelid
                       WHERE h.inhparent = to_regclass($1) AND x.indrelid = to_regclass($2))
        """, [name, SqlIdentifier.Quote(partition)], cancellationToken);

    [GeneratedRegex(
        """^(\s*--[^\n]*\n)*\s*CREATE\s+(?<unique>UNIQUE)?\s*INDEX\s+CONCURRENTLY\s+"""
            + """(IF\s+NOT\s+EXISTS\s+)?(?<name>\w+|"[^"]+")\s+ON\s+(?<table>\w+|"[^"]+")\s+(?<rest>.*)$""",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
            | RegexOptions.NonBacktracking)]
    private static partial Regex Statement();
}
