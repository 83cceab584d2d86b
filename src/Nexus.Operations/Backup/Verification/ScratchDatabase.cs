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

    /// <summary>Older ones belong to a verification that was killed.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly DirectConnection _maintenance;
    private readonly Lock _gate = new();
    private DirectConnection? _direct;
    private bool _isKept;

    private ScratchDatabase(DirectConnection maintenance, string name, Dictionary<string, string> environment, string address) =>
        (_maintenance, Name, Environment, Address) = (maintenance, name, environment, address);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The variables with which PostgreSQL's programs reach it.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Its address for the driver, with the password.</summary>
    public string Address { get; }

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
        try
        {
            var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var end = connection.ConfigureAwait(false);
            if (name is null) await DropLeftoversAsync(connection, clock, cancellationToken).ConfigureAwait(false);
            name ??= $"{Prefix}{clock.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}_{Guid.NewGuid():n}"[..(
                Prefix.Length + 23)];
            await CreateAsync(connection, name, properties, cancellationToken).ConfigureAwait(false);
            var settings = new NpgsqlConnectionStringBuilder(direct.Settings.ConnectionString) { Database = name };
            var environment = LibpqConnection.Variables(direct.Settings, connection.Host!, connection.Port, name);
            return new ScratchDatabase(direct, name, environment, settings.ConnectionString);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await direct.DisposeAsync().ConfigureAwait(false);
            throw new BackupException(
                BackupErrorKind.Refused,
                "the role may not create databases on this server: run ALTER ROLE … CREATEDB as its administrator, or use another server "
                    + "(nexus backup verify --scratch starts one on this machine)", error);
        }
        catch (Exception error)
        {
            await direct.DisposeAsync().ConfigureAwait(false);
            if (error is not OperationCanceledException && DirectConnection.IsServerError(error)) throw PostgresErrors.Translate(error);
            throw;
        }
    }

    /// <summary>A database that exists. It stays.</summary>
    public static async Task<ScratchDatabase> AttachAsync(
        NexusOptions nexus, string address, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var direct = DirectConnection.Create(nexus, address, database: null, loggers);
        var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        var environment = LibpqConnection.Variables(direct.Settings, connection.Host!, connection.Port, connection.Database);
        return new ScratchDatabase(direct, connection.Database, environment, direct.Settings.ConnectionString) { _isKept = true };
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

    private static async Task CreateAsync(NpgsqlConnection connection, string name, DatabaseProperties? properties,
        CancellationToken cancellationToken)
    {
        var create = $"CREATE DATABASE {SqlIdentifier.Quote(name)} TEMPLATE template0";
        if (properties is null)
        {
            await DirectConnection.ExecuteAsync(connection, create, cancellationToken).ConfigureAwait(false);
            return;
        }
        try
        {
            await DirectConnection.ExecuteAsync(
                connection,
                $"{create} ENCODING {Literal(properties.Encoding)} LC_COLLATE {Literal(properties.Collate)} LC_CTYPE {Literal(properties.Ctype)}",
                cancellationToken).ConfigureAwait(false);
        }
        // The machine lacks the locale: the order of other tables' texts differs, their contents do not. The state sorts by bytes.
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.WrongObjectType
            || error.SqlState == PostgresErrorCodes.InvalidParameterValue || error.MessageText.Contains("locale", StringComparison.Ordinal))
        {
            await DirectConnection.ExecuteAsync(
                connection, $"{create} ENCODING {Literal(properties.Encoding)} LC_COLLATE 'C' LC_CTYPE 'C'", cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task DropLeftoversAsync(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var command = new NpgsqlCommand(
            $"SELECT datname::text FROM pg_catalog.pg_database WHERE pg_catalog.starts_with(datname::text, '{Prefix}')", connection);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) names.Add(reader.GetString(0));
        }
        foreach (var name in names)
        {
            if (name.Length < Prefix.Length + TimeFormat.Length || !DateTime.TryParseExact(
                name.AsSpan(Prefix.Length, TimeFormat.Length), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal
                    | DateTimeStyles.AdjustToUniversal, out var madeAt) || clock.GetUtcNow().UtcDateTime - madeAt < LeftoverAge) continue;
            try
            {
                await DirectConnection.ExecuteAsync(connection, $"DROP DATABASE IF EXISTS {SqlIdentifier.Quote(name)}", cancellationToken)
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
