using Microsoft.Extensions.Logging;

namespace Nexus.Testing;

/// <summary>
/// A temporary embedded database for the tests of a bot. It is the real store: what is saved is on disk, sealed and versioned. Each one has its own
/// folder that is deleted when the database is disposed, so tests may run in parallel.
/// </summary>
/// <example><code>
/// var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
/// await using var test = await NexusTestDatabase.CreateAsync(clock);
///
/// await MyBot.SubscribeAsync(test.Db, chatId: 1001, days: 30);
/// clock.Advance(TimeSpan.FromDays(31));
///
/// Assert.False((await test.Db.Users.CheckAccessAsync(1001)).Allowed);
/// </code></example>
public sealed class NexusTestDatabase : IAsyncDisposable
{
    private readonly TimeProvider? _clock;
    private readonly Action<NexusOptions>? _configure;
    private readonly ILoggerFactory? _loggers;
    private NexusDb? _db;
    private bool _isDisposed;

    private NexusTestDatabase(string folder, TimeProvider? clock, Action<NexusOptions>? configure, ILoggerFactory? loggers) =>
        (Folder, _clock, _configure, _loggers) = (folder, clock, configure, loggers);

    /// <summary>The database. Another object after <see cref="ReopenAsync"/>.</summary>
    /// <exception cref="ObjectDisposedException">The test database is disposed.</exception>
    public NexusDb Db => _db ?? throw new ObjectDisposedException(nameof(NexusTestDatabase));

    /// <summary>The temporary folder with the file of the database and its key.</summary>
    public string Folder { get; }

    /// <summary>Creates an empty database and opens it.</summary>
    /// <param name="clock">The clock of the bot and of the store, which decides the end of subscriptions; null for the system clock.</param>
    /// <param name="configure">Changes the options, such as <see cref="NexusOptions.Owners"/>. The database stays embedded and its folder is
    /// fixed.</param>
    /// <param name="loggers">Receives the logs; null for none.</param>
    /// <param name="cancellationToken">Cancels the call and removes the folder.</param>
    /// <exception cref="InvalidOperationException"><paramref name="configure"/> names a database or another folder.</exception>
    /// <exception cref="IOException">The temporary folder cannot be created.</exception>
    public static async Task<NexusTestDatabase> CreateAsync(
        TimeProvider? clock = null, Action<NexusOptions>? configure = null, ILoggerFactory? loggers = null,
            CancellationToken cancellationToken = default)
    {
        var database = new NexusTestDatabase(Directory.CreateTempSubdirectory("nexus-test-").FullName, clock, configure, loggers);
        try
        {
            await database.OpenAsync(cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Closes the database and opens it again, as a restart of the bot does: what was acknowledged is still there, and nothing is in memory.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ObjectDisposedException">The test database is disposed.</exception>
    public async Task ReopenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await CloseAsync().ConfigureAwait(false);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the database and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await CloseAsync().ConfigureAwait(false);
        Directory.Delete(Folder, recursive: true);
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var options = new NexusOptions { DataFolder = Folder };
        _configure?.Invoke(options);
        if (options.UsesPostgres || options.DataFolder != Folder)
        {
            throw new InvalidOperationException(
                $"A test database is embedded in a temporary folder: do not set {nameof(NexusOptions.Database)} or "
                    + $"{nameof(NexusOptions.DataFolder)}.");
        }
        _db = await NexusDb.OpenAsync(options, _loggers, _clock, cancellationToken).ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        if (_db is not { } db) return;
        _db = null;
        await db.DisposeAsync().ConfigureAwait(false);
    }
}
