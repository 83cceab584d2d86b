using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>A database of the server other than the one that is restored, from which databases are renamed.</summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal sealed class MaintenanceDatabase : IAsyncDisposable
{
    /// <summary>Whether a database has nothing that a restore could collide with.</summary>
    public const string IsEmpty = """
        SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN (
                'public', 'information_schema'))
        """;

    /// <summary>The comment of a copy that is not complete: its name alone could be that of somebody's own database.</summary>
    internal const string Incomplete = "nexus: an incomplete copy of a restore";

    private static readonly string[] Candidates = ["postgres", "template1"];

    private static readonly TimeSpan EndEvery = TimeSpan.FromMilliseconds(200);

    private readonly DirectConnection _direct;
    private readonly NpgsqlConnection _connection;

    private MaintenanceDatabase(DirectConnection direct, NpgsqlConnection connection) => (_direct, _connection) = (direct, connection);

    /// <summary>Its name.</summary>
    public string Name => _connection.Database;

    /// <summary>The first one that the role may use.</summary>
    public static async Task<MaintenanceDatabase> FindAsync(
        NexusOptions nexus, string address, string restored, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        Exception? refused = null;
        foreach (var candidate in Candidates.Where(candidate => candidate != restored))
        {
            var direct = DirectConnection.Create(nexus, address, candidate, loggers);
            try
            {
                return new MaintenanceDatabase(direct, await direct.OpenAsync(cancellationToken).ConfigureAwait(false));
            }
            // A server may lack either of them, as some providers' do.
            catch (Exception error) when (error is NexusException or BackupException { Kind: BackupErrorKind.NotFound })
            {
                refused = error;
                await direct.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await direct.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        throw new BackupException(
            BackupErrorKind.Unreachable, $"the role can use neither the database postgres nor template1, from which databases are made: "
                + $"{refused?.Message}", refused);
    }

    /// <summary>
    /// Excludes a second restore into the same database as long as this connection lives, and drops what restores that were killed have left: with
    /// the lock held, no copy of such a name is in use.
    /// </summary>
    /// <param name="restored">The database that is restored.</param>
    /// <param name="leftover">What the names of its copies begin with; a time of 14 digits follows.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The databases that were dropped.</returns>
    /// <exception cref="BackupException">Another restore is running.</exception>
    public async Task<IReadOnlyList<string>> LockAsync(string restored, string leftover, CancellationToken cancellationToken)
    {
        var take = new NpgsqlCommand("SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('nexus restore ' || $1, 0))", _connection)
        {
            // Not the whole name: long names may have the same beginning, and so copies of the same names.
            Parameters = { new() { Value = leftover } },
        };
        await using (take.ConfigureAwait(false))
        {
            if (await take.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                throw new BackupException(BackupErrorKind.Busy, $"another restore into the database {restored} is running: wait until it ends");
        }
        var names = new List<string>();
        var find = new NpgsqlCommand(
            "SELECT datname::text FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname::text, $1) "
                + "AND pg_catalog.substr(datname::text, pg_catalog.length($1) + 1) ~ '^[0-9]{14}$' "
                + "AND pg_catalog.shobj_description(oid, 'pg_database') = $2", _connection)
        {
            Parameters = { new() { Value = leftover }, new() { Value = Incomplete } },
        };
        await using (find.ConfigureAwait(false))
        {
            var reader = await find.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var endOfReader = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) names.Add(reader.GetString(0));
        }
        var dropped = new List<string>();
        foreach (var name in names)
        {
            try
            {
                await ExecuteAsync($"DROP DATABASE IF EXISTS {SqlIdentifier.Quote(name)}", cancellationToken).ConfigureAwait(false);
                dropped.Add(name);
            }
            catch (PostgresException)
            {
                // Somebody looks into it, or it is of another role.
            }
        }
        return dropped;
    }

    /// <summary>Marks a copy, so that the next restore drops it if this one is killed.</summary>
    public Task MarkAsync(string copy, CancellationToken cancellationToken) =>
        ExecuteAsync($"COMMENT ON DATABASE {SqlIdentifier.Quote(copy)} IS '{Incomplete}'", cancellationToken);

    /// <summary>The roles that the server lacks.</summary>
    public async Task<IReadOnlyList<string>> FindMissingRolesAsync(IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            "SELECT wanted FROM pg_catalog.unnest($1::text[]) AS wanted WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = "
                + "wanted)", _connection)
        {
            Parameters = { new() { Value = roles.ToArray() } },
        };
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        var missing = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) missing.Add(reader.GetString(0));
        return missing;
    }

    /// <summary>Whether the role may make a database and give it a name that another one has.</summary>
    /// <param name="replaced">The database that is replaced; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="BackupException">It may not. The restore would fail at its end.</exception>
    public async Task RequireRightsAsync(string? replaced, CancellationToken cancellationToken)
    {
        const string mayMake = "SELECT r.rolsuper OR r.rolcreatedb FROM pg_catalog.pg_roles r WHERE r.rolname = current_user";
        if (!await DirectConnection.ScalarAsync<bool>(_connection, mayMake, cancellationToken).ConfigureAwait(false))
            throw ScratchDatabase.MayNotCreate(inner: null);
        if (replaced is null) return;
        var owner = new NpgsqlCommand(
            "SELECT pg_catalog.pg_get_userbyid(datdba)::text FROM pg_catalog.pg_database WHERE datname = $1 "
                + "AND NOT pg_catalog.pg_has_role(datdba, 'USAGE')", _connection)
        {
            Parameters = { new() { Value = replaced } },
        };
        await using var end = owner.ConfigureAwait(false);
        if (await owner.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not string name) return;
        throw new BackupException(
            BackupErrorKind.Refused,
            $"the database {replaced} belongs to the role {name}, and only its owner may give it another name: restore as that role, or as a member "
                + "of it");
    }

    /// <summary>
    /// Gives a restored database its name, and the present one of that name, if any, another. It is one transaction, so a server or a restore that
    /// ends in the middle leaves both databases as they were. Sessions of both are ended; who connects meanwhile waits for the transaction.
    /// </summary>
    /// <param name="restored">The copy.</param>
    /// <param name="name">The name that it gets.</param>
    /// <param name="previous">The name that the present database gets; null if there is none.</param>
    /// <param name="cancellationToken">Cancels the operation before it begins.</param>
    /// <exception cref="BackupException">The names were not given; everything is as before.</exception>
    public async Task GiveNameAsync(string restored, string name, string? previous, CancellationToken cancellationToken)
    {
        var (quoted, copy) = (SqlIdentifier.Quote(name), SqlIdentifier.Quote(restored));
        List<string> statements = [$"COMMENT ON DATABASE {copy} IS NULL", $"ALTER DATABASE {copy} RENAME TO {quoted}"];
        if (previous is not null) statements.Insert(0, $"ALTER DATABASE {quoted} RENAME TO {SqlIdentifier.Quote(previous)}");
        string[] databases = previous is null ? [restored] : [name, restored];
        try
        {
            await EndSessionsAsync(_connection, databases, cancellationToken).ConfigureAwait(false);
            var ender = await _direct.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var endOfEnder = ender.ConfigureAwait(false);
            using var done = new CancellationTokenSource();
            var ending = KeepEndingAsync(ender, databases, done.Token);
            try
            {
                await RenameAsync(statements).ConfigureAwait(false);
            }
            finally
            {
                await done.CancelAsync().ConfigureAwait(false);
                await ending.ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException && DirectConnection.IsServerError(error))
        {
            var reason = PostgresErrors.Translate(error);
            throw reason is StoreUnavailableException
                ? new BackupException(
                    BackupErrorKind.Unreachable,
                    $"the server went away while the databases changed their names, which is done as a whole or not at all: {reason.Message}", error)
                : new BackupException(
                    BackupErrorKind.Failed, $"the databases could not change their names, and nothing was changed: {reason.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _direct.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RenameAsync(List<string> statements)
    {
        // Not cancelled half way: it takes a moment.
        var transaction = await _connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        foreach (var statement in statements) await ExecuteAsync(statement, CancellationToken.None).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// A rename locks the database against new sessions and then waits for 5 seconds for those that it has: one that came between the first end of
    /// the sessions and the lock is ended here.
    /// </summary>
    private static async Task KeepEndingAsync(NpgsqlConnection connection, string[] databases, CancellationToken done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(EndEvery, done).ConfigureAwait(false);
                await EndSessionsAsync(connection, databases, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is OperationCanceledException || DirectConnection.IsServerError(error))
        {
            // Done, or the rename reports what is wrong.
        }
    }

    private static async Task EndSessionsAsync(NpgsqlConnection connection, string[] databases, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            "SELECT pg_catalog.pg_terminate_backend(pid, 10000) FROM pg_catalog.pg_stat_activity WHERE datname = ANY ($1) AND pid <> "
                + "pg_catalog.pg_backend_pid()",
            connection)
        {
            Parameters = { new() { Value = databases } },
        };
        await using var end = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task ExecuteAsync(string sql, CancellationToken cancellationToken) => DirectConnection.ExecuteAsync(_connection, sql, cancellationToken);
}
