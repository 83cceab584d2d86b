using System.Threading.Channels;
using Nexus.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Announces this instance's commits to the others, after the commit and in transactions of its own: NOTIFY locks the cluster until its transaction
/// is committed (async.c: PreCommit_Notify), so in the transaction of a write it would hold that lock while the disk or a standby is waited for.
/// What is committed while a notice is on its way goes together in the next one.
/// </summary>
/// <remarks>
/// It sends on another connection than the one that listens: only then does the return of a notice prove the database, the channel and everything
/// between. Commits announce themselves in their own transaction until a numbered notice has returned, and again when none returns:
/// docs/decisions/0029-notices-after-the-commit.md.
/// </remarks>
/// <param name="source">Opens the sending connection.</param>
/// <param name="notice">Writes the payloads.</param>
/// <param name="changes">Whose caches drop records with an unknown commit.</param>
/// <param name="mayDefer">Whether commits may be announced after they happened at all.</param>
internal sealed class ChangeNotifier(INoticeSenders source, ChangeNotice notice, ChangeFeed changes, TimeProvider clock, bool mayDefer)
    : IAsyncDisposable
{
    private const string SendIfLate = $"SELECT pg_catalog.pg_notify('{ChangeNotice.Channel}', n) FROM pg_catalog.unnest($1) AS n "
        + "WHERE pg_catalog.clock_timestamp() - pg_catalog.now() >= $2";

    /// <summary>A notice that takes longer is abandoned together with its connection.</summary>
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop tries to announce what is left.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    /// <summary>How soon the next notice is remembered as a heartbeat.</summary>
    private static readonly TimeSpan ProofEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an instance of an earlier version counts as running after its last heartbeat.</summary>
    private static readonly TimeSpan EarlierVersionFor = TimeSpan.FromSeconds(5);

    private readonly BatchNotices _batches = new(clock);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<long, long> _sentAt = [];
    private Task _pumping = Task.CompletedTask;
    private INoticeSender? _connection;
    private long _epoch;
    private int _process;
    private long _number;
    private long _probe;
    private bool _isNumbering;
    private long _rememberedAt;
    private long _deferUntil = long.MinValue;
    private long _earlierVersionUntil = long.MinValue;
    private long _sent;

    public bool IsConnected => _connection is not null;

    /// <summary>Notices sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Whether commits are announced after they happened.</summary>
    public bool IsDeferring
    {
        get
        {
            var now = clock.GetTimestamp();
            return now < Volatile.Read(ref _deferUntil) && now >= Volatile.Read(ref _earlierVersionUntil);
        }
    }

    /// <summary>Starts to announce what is committed.</summary>
    public void Start() => _pumping = Task.Run(PumpAsync, CancellationToken.None);

    /// <summary>A batch is about to be sent. Null: it must announce itself.</summary>
    /// <param name="keys">The records that it may change.</param>
    public BatchNotice? Begin(IEnumerable<WriteKey> keys) =>
        IsDeferring ? _batches.Begin([.. keys.Select(static key => new StateChange(key.Table.Name, key.Id))]) : null;

    /// <summary>Announces what was committed.</summary>
    public void Announce(BatchNotice? batch, IReadOnlyList<StateChange> committed)
    {
        if (batch is null) return;
        batch.Committed(committed);
        _work.Writer.TryWrite(true);
    }

    /// <summary>
    /// The last statement of a batch: announces it in its transaction. A batch that is announced after its commit does so only if it has taken long:
    /// its instance may have died meanwhile.
    /// </summary>
    public static NpgsqlBatchCommand ToCommand(string[] notices, bool isDeferred) => new(SendIfLate)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]> { TypedValue = notices, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            // The server's clock may be set back during the transaction.
            new NpgsqlParameter<TimeSpan> { TypedValue = isDeferred ? BatchNotices.LateAfter : TimeSpan.FromDays(-3650),
                NpgsqlDbType = NpgsqlDbType.Interval },
        },
    };

    /// <summary>Sends a heartbeat together with what is to be announced, and connects first where there is no connection.</summary>
    public Task BeatAsync(CancellationToken cancellationToken)
    {
        if (_batches.AddUnknown() is { Count: > 0 } unknown) changes.Suspect(unknown);
        return SendAsync(mayConnect: true, isEnd: false, cancellationToken);
    }

    /// <summary>A notice of this instance has returned.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="process">The server process that has sent it.</param>
    /// <returns>When it was sent; null where it is not one of those whose return is waited for, such as a forged one.</returns>
    public long? Hear(long number, int process)
    {
        lock (_gate)
        {
            if (process != _process || !_sentAt.Remove(number, out var sentAt)) return null;
            if (number > 0) _deferUntil = Math.Max(_deferUntil, sentAt + Ticks(CacheProof.Bound));
            else if (mayDefer && !_isNumbering)
            {
                // What this process sends arrives: peers may count on it.
                _isNumbering = true;
                _work.Writer.TryWrite(true);
            }
            return sentAt;
        }
    }

    /// <summary>An instance of an earlier version is there, which neither counts notices nor misses heartbeats.</summary>
    public void HearEarlierVersion() => Volatile.Write(ref _earlierVersionUntil, clock.GetTimestamp() + Ticks(EarlierVersionFor));

    /// <summary>Whether the first numbered notice is still waited for.</summary>
    public bool IsStarting => mayDefer && Volatile.Read(ref _deferUntil) == long.MinValue;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pumping.ConfigureAwait(false);
        Volatile.Write(ref _deferUntil, long.MinValue);
        using var limit = new CancellationTokenSource(EndLimit, clock);
        try
        {
            await SendAsync(mayConnect: false, isEnd: !_batches.HasOpen, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is OperationCanceledException)
        {
            // The others miss its heartbeats.
        }
        await CloseAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
        _sending.Dispose();
        _stop.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var _ in _work.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                using var limit = new CancellationTokenSource(SendLimit, clock);
                try
                {
                    await SendAsync(mayConnect: false, isEnd: false, limit.Token).ConfigureAwait(false);
                }
                catch (Exception error) when (PostgresErrors.Covers(error) || error is OperationCanceledException)
                {
                    // The next heartbeat connects, sends what is left, and reports what prevents it.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    private async Task SendAsync(bool mayConnect, bool isEnd, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A newer primary was seen: a notice through the earlier one would prove nothing.
            if (_epoch != source.Epoch) await CloseAsync().ConfigureAwait(false);
            if (_connection is null)
            {
                if (!mayConnect) return;
                await ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            var taken = _batches.Take();
            try
            {
                await SendAsync(taken, isEnd, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                _batches.Return(taken);
                await CloseAsync().ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _epoch = source.Epoch;
        var connection = await source.OpenAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _sentAt.Clear();
            (_process, _number, _isNumbering) = (connection.Process, 0, false);
        }
        _connection = connection;
    }

    private async Task SendAsync(StateChange[] taken, bool isEnd, CancellationToken cancellationToken)
    {
        string[] notices;
        bool isNumbered;
        lock (_gate)
        {
            isNumbered = _isNumbering;
            if (isNumbered)
            {
                notices = notice.Numbered(taken, _number + 1, isEnd);
                Remember(_number += notices.Length);
            }
            else
            {
                // Counts down: peers do not count it, and its return differs from that of any other.
                notices = [.. taken.Length == 0 ? [] : notice.Plain(taken), .. notice.Numbered([], --_probe)];
                Remember(_probe);
            }
        }
        if (await _connection!.SendAsync(notices, cancellationToken).ConfigureAwait(false) != _process && isNumbered)
            throw new NpgsqlException("a pooler has changed the server process behind the connection of change notices");
        Interlocked.Add(ref _sent, notices.Length);
    }

    /// <summary>Remembers when a notice was sent, for its return. One that went a moment ago proves as much.</summary>
    private void Remember(long number)
    {
        var now = clock.GetTimestamp();
        if (number > 1 && clock.GetElapsedTime(_rememberedAt, now) < ProofEvery) return;
        foreach (var (old, _) in _sentAt.Where(sent => clock.GetElapsedTime(sent.Value, now) >= CacheProof.Bound).ToArray()) _sentAt.Remove(old);
        (_sentAt[number], _rememberedAt) = (now, now);
    }

    private async ValueTask CloseAsync()
    {
        var broken = _connection;
        _connection = null;
        lock (_gate)
        {
            _sentAt.Clear();
            (_process, _isNumbering) = (0, false);
            // From now on commits announce themselves.
            if (_deferUntil != long.MinValue) _deferUntil = 0;
        }
        if (broken is not null) await broken.DisposeAsync().ConfigureAwait(false);
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
