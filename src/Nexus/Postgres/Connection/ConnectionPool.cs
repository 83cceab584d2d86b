using System.Data;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// The driver's pool with as many connections as the server gives. A server without free connections is no outage while the pool has some: callers
/// wait for one of those, and the pool asks for more again later.
/// </summary>
[SuppressMessage("Design", "CA1001",
    Justification = "A semaphore without a wait handle holds no resource, and late callers must get the error of the closed pool.")]
internal sealed partial class ConnectionPool
{
    private static readonly RetryPolicy OpenAgain = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(250));
    private static readonly TimeSpan GrowEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AloneFor = TimeSpan.FromSeconds(2);

    private readonly RoutedSource _source;
    private readonly bool _isBehindPooler;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Retry _retry;
    private readonly SemaphoreSlim _permits;
    private readonly Lock _gate = new();
    private int _most;
    private int _size;
    private int _used;
    private int _surplus;
    private int _waiting;
    private long _timeouts;
    private long _changedAt;
    private long _openedAt = long.MinValue;
    private bool _isReported;
    private bool _isLimited;
    private NexusException? _refusal;

    /// <param name="source">The driver's pool.</param>
    /// <param name="patience">How long a caller waits for a connection.</param>
    /// <param name="retry">Waits for the server to take more connections.</param>
    public ConnectionPool(RoutedSource source, TimeSpan patience, TimeProvider clock, ILogger logger, Retry? retry = null)
    {
        _retry = retry ?? new Retry(clock);
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        (_source, _patience, _clock, _logger) = (source, patience, clock, logger);
        _isBehindPooler = !SessionSettings.AreIn(settings);
        (_most, _size) = (settings.MaxPoolSize, settings.MaxPoolSize);
        _permits = new SemaphoreSlim(_size);
    }

    /// <summary>Connections that may be open now.</summary>
    public int Size => Volatile.Read(ref _size);

    /// <summary>Its use now.</summary>
    public PoolUse Use => new(Volatile.Read(ref _used), Size, Volatile.Read(ref _waiting), Interlocked.Read(ref _timeouts));

    /// <summary>Called when the size has shrunk, so that kept connections are returned.</summary>
    public Func<Task>? Shrunk { get; set; }

    /// <summary>The maximum from now on, 1 or more. For the start, before the pool is used.</summary>
    public void Limit(int most)
    {
        lock (_gate)
        {
            if (most >= _most) return;
            // The caller says so, and that others use what is left is no news then.
            (_most, _isReported, _isLimited) = (most, true, true);
            while (_size > most && _permits.Wait(0)) _size--;
        }
    }

    /// <summary>From now on no connection is given for reads and writes: this program can no longer use the database.</summary>
    public void Refuse(NexusException reason) => Volatile.Write(ref _refusal, reason);

    /// <exception cref="NexusException">What <see cref="Refuse"/> was called with.</exception>
    public void ThrowIfRefused()
    {
        if (Volatile.Read(ref _refusal) is { } reason) throw reason;
    }

    /// <exception cref="NpgsqlException">None became available in time, or none could be opened.</exception>
    /// <exception cref="NexusException">As for <see cref="ThrowIfRefused"/>.</exception>
    public async ValueTask<PooledConnection> OpenAsync(CancellationToken cancellationToken) =>
        (await OpenAsync(waits: true, cancellationToken).ConfigureAwait(false))!;

    /// <summary>As <see cref="OpenAsync(CancellationToken)"/>, but null where all that the server gives are in use.</summary>
    public ValueTask<PooledConnection?> TryOpenAsync(CancellationToken cancellationToken) => OpenAsync(waits: false, cancellationToken);

    private async ValueTask<PooledConnection?> OpenAsync(bool waits, CancellationToken cancellationToken)
    {
        ThrowIfRefused();
        var started = _clock.GetTimestamp();
        RetryAttempts? attempts = null;
        while (true)
        {
            if (!TryTake())
            {
                if (!waits) return null;
                await WaitAsync(started, cancellationToken).ConfigureAwait(false);
            }
            Interlocked.Increment(ref _used);
            try
            {
                var term = _source.Term;
                var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                // The driver's pool had it from the term before: cleared, it closes what is returned.
                var isOld = ConnectionEpoch.IsBefore(connection, term.Epoch);
                if (isOld) _source.Clear();
                // A newer primary was seen meanwhile, perhaps by this very connection: the next one leads there.
                if (!isOld && term.IsCurrent)
                {
                    Volatile.Write(ref _openedAt, _clock.GetTimestamp());
                    return new PooledConnection(this, connection, Prologue, term);
                }
                await connection.DisposeAsync().ConfigureAwait(false);
                Return();
            }
            catch (Exception error) when (PostgresErrors.IsTooManyConnections(error) && _clock.GetElapsedTime(started) < _patience)
            {
                var isShrunk = Shrink(isOpening: true);
                if (isShrunk && Shrunk is { } shrunk) await shrunk().ConfigureAwait(false);
                if (isShrunk) continue;
                // Nothing of ours is open that could come free: others must close theirs, and the fallback serves if they do not.
                if (_clock.GetElapsedTime(started) > AloneFor && !HasOpened) throw;
                await (attempts ??= _retry.Begin(OpenAgain)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Return();
                throw;
            }
        }
    }

    /// <summary>Closes idle connections now and the others when they are returned, because the state of one of them is unknown.</summary>
    public void Renew() => _source.Clear();

    /// <summary>The server of a connection takes no writes: none to it is used again, and the primary is looked for.</summary>
    public void Leave() => _source.Leave();

    /// <summary>A connection beside the pool was refused: the pool shrinks by one and closes its idle connections.</summary>
    public void MakeRoom()
    {
        if (!Shrink(isOpening: false)) return;
        _source.Clear();
    }

    internal void Return()
    {
        Interlocked.Decrement(ref _used);
        lock (_gate)
        {
            if (_surplus > 0)
            {
                _surplus--;
                return;
            }
        }
        _permits.Release();
    }

    private IReadOnlyList<string> Prologue => _isBehindPooler ? SessionSettings.FencedPrologue(_source.Timeline) : [];

    /// <summary>A connection was in use a moment ago, so there is one: callers wait for it in turn.</summary>
    private bool HasOpened => Volatile.Read(ref _openedAt) is var at && at != long.MinValue && _clock.GetElapsedTime(at) < AloneFor;

    private bool TryTake() => _permits.Wait(0);

    private async Task WaitAsync(long started, CancellationToken cancellationToken)
    {
        Grow();
        var left = _patience - _clock.GetElapsedTime(started);
        Interlocked.Increment(ref _waiting);
        try
        {
            if (left > TimeSpan.Zero && await _permits.WaitAsync(left, cancellationToken).ConfigureAwait(false)) return;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        Interlocked.Increment(ref _timeouts);
        // In the driver's words, so that one place explains both: PostgresErrors.
        throw new NpgsqlException($"The connection pool has been exhausted: 'Max Pool Size' (currently {Size}) or 'Timeout' (currently "
            + $"{Math.Ceiling(_patience.TotalSeconds)} seconds)");
    }

    /// <summary>To as many as others hold now. False where that is none, so that the size stays.</summary>
    private bool Shrink(bool isOpening)
    {
        bool isFirst;
        int size;
        lock (_gate)
        {
            var held = isOpening ? Interlocked.Decrement(ref _used) : Volatile.Read(ref _used) - 1;
            _changedAt = _clock.GetTimestamp();
            if (held < 1)
            {
                if (isOpening) _permits.Release();
                // The one that there is was returned while this caller was refused another.
                while (isOpening && HasOpened && _size > 1 && _permits.Wait(0)) _size--;
                return false;
            }
            if (isOpening) _size--;
            else if (_size > 1)
            {
                _size--;
                if (!_permits.Wait(0)) _surplus++;
            }
            while (_size > held && _permits.Wait(0)) _size--;
            (isFirst, size) = (!_isReported, _size);
            _isReported = true;
        }
        if (isFirst) LogShrunk(_logger, size, _most);
        return true;
    }

    private void Grow()
    {
        lock (_gate)
        {
            if (_size >= _most || _clock.GetElapsedTime(_changedAt) < GrowEvery) return;
            _changedAt = _clock.GetTimestamp();
            _size++;
            if (_surplus > 0) _surplus--;
            else _permits.Release();
            if (_size < _most) return;
            _isReported = _isLimited;
        }
    }

    [LoggerMessage(EventId = 1118, Level = LogLevel.Warning, Message = "The server or the role refuses further connections; the pool is limited to "
        + "{Size} instead of {Most}, and Nexus tries for more every 30 s")]
    private static partial void LogShrunk(ILogger logger, int size, int most);
}

/// <summary>A connection of the pool, to be given back by disposing.</summary>
/// <param name="pool">The pool.</param>
/// <param name="connection">Open.</param>
/// <param name="prologue">Commands in front of each transaction.</param>
/// <param name="term">Of the primary to which it was opened.</param>
internal sealed class PooledConnection(ConnectionPool pool, NpgsqlConnection connection, IReadOnlyList<string> prologue, PrimaryTerm term)
    : IAsyncDisposable
{
    /// <summary>
    /// What waits for an old primary would wait in vain: for its standby, which is the primary now, or for a machine that is frozen.
    /// </summary>
    private readonly CancellationTokenRegistration _ending =
        term.WhenEnded().UnsafeRegister(static connection => ConnectionSocket.Abort((NpgsqlConnection)connection!), connection);

    private int _returned;

    public NpgsqlConnection Connection => connection;

    /// <inheritdoc cref="PrimaryTerm.IsCurrent"/>
    public bool IsCurrent => term.IsCurrent;

    /// <inheritdoc cref="PrimaryTerm.ThrowIfReplaced"/>
    public void ThrowIfReplaced() => term.ThrowIfReplaced();

    /// <summary>For statements that are a transaction by themselves; in one that was begun, make a plain batch.</summary>
    public NpgsqlBatch CreateBatch()
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var command in prologue) batch.BatchCommands.Add(new NpgsqlBatchCommand(command));
        return batch;
    }

    /// <summary>Costs no extra round trip unless there is a pooler in between.</summary>
    public Task<NpgsqlTransaction> BeginAsync(CancellationToken cancellationToken) =>
        BeginAsync(IsolationLevel.Unspecified, cancellationToken);

    /// <summary>The same in a stricter isolation than read committed.</summary>
    public async Task<NpgsqlTransaction> BeginAsync(IsolationLevel isolation, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        if (prologue.Count == 0) return transaction;
        using var batch = CreateBatch();
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return transaction;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _returned, 1) == 1) return;
        // The driver's connection may be another caller's afterwards.
        await _ending.DisposeAsync().ConfigureAwait(false);
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            pool.Return();
        }
    }
}
