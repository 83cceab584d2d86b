using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>A database that is made to hold a restored copy. It is dropped at disposal unless it is kept.</summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal sealed class ScratchDatabase : IAsyncDisposable
{
    private const string Prefix = "nexus_verify_";
    private const string TimeFormat = "yyyyMMddHHmmss";

    /// <summary>Its comment, and the rows of pg_stat_activity, are there for every role.</summary>
    private const string Leftovers = """
        SELECT d.datname::text, c.text IS NOT NULL, c.text IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
            WHERE a.pid::text = pg_catalog.substr(c.text, pg_catalog.length($2) + 1))
        FROM pg_catalog.pg_database d LEFT JOIN LATERAL (SELECT pg_catalog.shobj_description(d.oid, 'pg_database') AS text) c
            ON pg_catalog.starts_with(c.text, $2)
        WHERE pg_catalog.starts_with(d.datname::text, $1)
        """;

    /// <summary>Older ones belong to a verification that was killed.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    /// <summary>
    /// Begins the comment of a verification's copy; the process of the server that keeps it follows. Processes are the same for every database of a
    /// server, unlike advisory locks.
    /// </summary>
    private const string Kept = "nexus: a copy of a verification, by process ";

    private readonly DirectConnection _maintenance;
    private readonly NpgsqlConnection? _keeper;
    private readonly Lock _gate = new();
    private DirectConnection? _direct;
    private bool _isKept;

    private ScratchDatabase(
        DirectConnection maintenance, NpgsqlConnection? keeper, string name, Dictionary<string, string> environment, string address) =>
        (_maintenance, _keeper, Name, Environment, Address) = (maintenance, keeper, name, environment, address);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The variables with which PostgreSQL's programs reach it.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Its address for the driver, with the password.</summary>
    public string Address { get; }

    /// <summary>What the database does not have of the backed-up one; null if there is nothing.</summary>
    public string? Note { get; private init; }

    /// <summary>Creates an empty database with the properties of the backed-up one.</summary>
    /// <param name="nexus">The options of the store.</param>
    /// <param name="address">A database of the server on which it is made.</param>
    /// <param name="maintenance">The database from which it is made; null for that of the address.</param>
    /// <param name="name">The name; null for one of a verification.</param>
    /// <param name="properties">The properties.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<ScratchDatabase> CreateAsync(
        NexusOptions nexus, string address, string? maintenance, string? name, DatabaseProperties? properties, ILoggerFactory loggers,
            TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var direct = DirectConnection.Create(nexus, address, maintenance, loggers);
        NpgsqlConnection? connection = null;
        var isVerification = name is null;
        try
        {
            connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (isVerification) await DropLeftoversAsync(connection, clock, cancellationToken).ConfigureAwait(false);
            name ??= $"{Prefix}{clock.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}_{Guid.NewGuid():n}"[..(
                Prefix.Length + 23)];
            var note = await CreateAsync(connection, name, properties, cancellationToken).ConfigureAwait(false);
            if (isVerification)
            {
                await DirectConnection.ExecuteAsync(
                    connection, string.Create(CultureInfo.InvariantCulture,
                        $"COMMENT ON DATABASE {SqlIdentifier.Quote(name)} IS '{Kept}{connection.ProcessID}'"), cancellationToken)
                    .ConfigureAwait(false);
            }
            var settings = new NpgsqlConnectionStringBuilder(direct.Settings.ConnectionString) { Database = name };
            var environment = LibpqConnection.Variables(direct.Settings, connection.Host!, connection.Port, name);
            var keeper = isVerification ? connection : null;
            if (!isVerification) await connection.DisposeAsync().ConfigureAwait(false);
            return new ScratchDatabase(direct, keeper, name, environment, settings.ConnectionString) { Note = note };
        }
        catch (Exception error)
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            await direct.DisposeAsync().ConfigureAwait(false);
            if (error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }) throw MayNotCreate(error);
            if (error is not OperationCanceledException && DirectConnection.IsServerError(error)) throw PostgresErrors.Translate(error);
            throw;
        }
    }

    /// <summary>What is thrown where the role may not create databases.</summary>
    public static BackupException MayNotCreate(Exception? inner) => new(
        BackupErrorKind.Refused,
        "the role may not create databases on this server: run ALTER ROLE … CREATEDB as its administrator, or use another server "
            + "(nexus backup verify --scratch starts one on this machine)", inner);

    /// <summary>A database that exists. It stays.</summary>
    public static async Task<ScratchDatabase> AttachAsync(
        NexusOptions nexus, string address, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var direct = DirectConnection.Create(nexus, address, database: null, loggers);
        var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        var environment = LibpqConnection.Variables(direct.Settings, connection.Host!, connection.Port, connection.Database);
        return new ScratchDatabase(direct, keeper: null, connection.Database, environment, direct.Settings.ConnectionString) { _isKept = true };
    }

    /// <summary>Opens a connection to it.</summary>
    public async Task<T> UseAsync<T>(
        NexusOptions nexus, ILoggerFactory loggers, Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        // One source for all connections: each source reads the types of the database once.
        DirectConnection direct;
        lock (_gate) direct = _direct ??= DirectConnection.Create(nexus, Address, database: null, loggers);
        var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        try
        {
            return await use(connection).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException && DirectConnection.IsServerError(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <summary>It stays.</summary>
    public void Keep() => _isKept = true;

    public async ValueTask DisposeAsync()
    {
        await using var end = _maintenance.ConfigureAwait(false);
        if (_direct is { } direct) await direct.DisposeAsync().ConfigureAwait(false);
        if (_keeper is { } keeper) await keeper.DisposeAsync().ConfigureAwait(false);
        if (_isKept) return;
        try
        {
            var connection = await _maintenance.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            await using var endOfConnection = connection.ConfigureAwait(false);
            await DirectConnection.ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {SqlIdentifier.Quote(Name)} WITH (FORCE)",
                CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is NexusException or NpgsqlException)
        {
            // The server is gone. The next verification removes what is left.
        }
    }

    /// <returns>What the database does not have of the properties; null if there is nothing.</returns>
    private static async Task<string?> CreateAsync(NpgsqlConnection connection, string name, DatabaseProperties? properties,
        CancellationToken cancellationToken)
    {
        var create = $"CREATE DATABASE {SqlIdentifier.Quote(name)} TEMPLATE template0";
        if (properties is null)
        {
            await DirectConnection.ExecuteAsync(connection, create, cancellationToken).ConfigureAwait(false);
            return null;
        }
        create = $"{create} ENCODING {Literal(properties.Encoding)}";
        var locale = $" LC_COLLATE {Literal(properties.Collate)} LC_CTYPE {Literal(properties.Ctype)}";
        string[] locales = properties.OwnLocale is { } own ? [locale + own, locale, " LC_COLLATE 'C' LC_CTYPE 'C'"]
            : [locale, " LC_COLLATE 'C' LC_CTYPE 'C'"];
        for (var i = 0; ; i++)
        {
            try
            {
                await DirectConnection.ExecuteAsync(connection, create + locales[i], cancellationToken).ConfigureAwait(false);
                return i == 0 ? null : $"the server has no locale {properties.LocaleName}, by which the backed-up database sorts texts: the restored "
                    + $"one sorts them by {(i == locales.Length - 1 ? "their bytes" : properties.Collate)}";
            }
            // The machine lacks the locale: the order of other tables' texts differs, their contents do not. The state sorts by bytes.
            catch (PostgresException error) when (i < locales.Length - 1 && (error.SqlState is PostgresErrorCodes.WrongObjectType
                or PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.SyntaxError or PostgresErrorCodes.FeatureNotSupported
                || error.MessageText.Contains("locale", StringComparison.Ordinal)))
            {
                // The next one.
            }
        }
    }

    private static async Task DropLeftoversAsync(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = new List<(string Name, bool IsKept, bool IsAbandoned)>();
        var command = new NpgsqlCommand(Leftovers, connection) { Parameters = { new() { Value = Prefix }, new() { Value = Kept } } };
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                found.Add((reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2)));
        }
        foreach (var (name, isKept, isAbandoned) in found)
        {
            // One that no comment tells about is of an earlier version.
            if (name.Length < Prefix.Length + TimeFormat.Length || !DateTime.TryParseExact(
                name.AsSpan(Prefix.Length, TimeFormat.Length), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal
                    | DateTimeStyles.AdjustToUniversal, out var madeAt)
                || (isKept ? !isAbandoned : clock.GetUtcNow().UtcDateTime - madeAt < LeftoverAge)) continue;
            try
            {
                // The pg_restore of a verification that was killed may still be at work.
                await DirectConnection.ExecuteAsync(
                    connection, $"DROP DATABASE IF EXISTS {SqlIdentifier.Quote(name)}{(isKept ? " WITH (FORCE)" : "")}", cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (PostgresException)
            {
                // In use, or of another role.
            }
        }
    }

    private static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
