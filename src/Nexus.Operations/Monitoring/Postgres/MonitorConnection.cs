using Microsoft.Extensions.Logging;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// The one connection of the monitoring. It is no part of the pool, opened when needed and closed after an error, so that monitoring takes at most
/// one connection of the server. Every use is a read-only transaction that is rolled back, with limits that also hold behind a pooler.
/// </summary>
internal sealed class MonitorConnection : IAsyncDisposable
{
    /// <summary>The pool's name in the metrics of the driver.</summary>
    public const string Name = $"{PostgresDataSource.Name}-monitor";

    /// <summary>In each statement, so that the monitoring recognises its own.</summary>
    public const string Mark = "/* nexus monitor */";

    private const string BeginSql = """
        BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '200ms'; SET LOCAL idle_in_transaction_session_timeout = '15s';
        SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; SET LOCAL standard_conforming_strings = on
        """;

    /// <summary>How often the server's certificate is looked at; a renewed one is seen then.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromHours(1);

    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TimeProvider _clock;
    private NpgsqlConnection? _connection;
    private readonly SslMode _sslMode;
    private DateTimeOffset? _certificateEnd;
    private long _probedAt;

    /// <summary>Does not connect.</summary>
    public MonitorConnection(NexusOptions options, ILoggerFactory loggers, TimeProvider clock)
    {
        _clock = clock;
        _source = PostgresDataSource.Create(options.ForPostgres(), loggers, Name, ConnectionUse.One);
        var settings = new NpgsqlConnectionStringBuilder(_source.ConnectionString);
        (Database, _sslMode) = (settings.Database ?? "", settings.SslMode);
    }

    /// <summary>The database's name in the settings.</summary>
    public string Database { get; }

    /// <summary>When the server's certificate ends; null without TLS.</summary>
    public DateTimeOffset? CertificateEnd => _certificateEnd;

    /// <summary>The major version of the server that responded last; 0 before.</summary>
    public int ServerVersion { get; private set; }

    /// <summary>Works in a transaction of its own. Calls wait for each other.</summary>
    /// <param name="work">Reads.</param>
    /// <param name="limit">The longest time, with waiting and connecting.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="OperationCanceledException">The limit was reached.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        var isWhole = false;
        try
        {
            var connection = _connection ??= await _source.OpenConnectionAsync(either.Token).ConfigureAwait(false);
            await LookAtServerAsync(connection, either.Token).ConfigureAwait(false);
            await ExecuteAsync(connection, BeginSql, either.Token).ConfigureAwait(false);
            var result = await work(connection, either.Token).ConfigureAwait(false);
            await ExecuteAsync(connection, "ROLLBACK", either.Token).ConfigureAwait(false);
            isWhole = true;
            return result;
        }
        finally
        {
            // After an error nobody knows the state of the session.
            if (!isWhole && Interlocked.Exchange(ref _connection, null) is { } broken) await broken.DisposeAsync().ConfigureAwait(false);
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private async Task LookAtServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        ServerVersion = connection.PostgreSqlVersion.Major;
        if (_probedAt != 0 && _clock.GetElapsedTime(_probedAt) < ProbeEvery) return;
        _probedAt = _clock.GetTimestamp();
        _certificateEnd = await CertificateProbe.ReadAsync(connection, _sslMode, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constants of this class.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
