using System.Security.Cryptography;
using System.Text;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Idempotency;

/// <summary>
/// A request that is carried out now. Each write inside <see cref="Enter"/> commits together with a note, on the condition that nobody has taken the
/// request over: so a repeat after a crash continues behind the last write that was committed.
/// </summary>
public sealed class IdempotentRequest : IAsyncDisposable
{
    private const string Name = "the request with this key";

    private readonly RequestStore _store;
    private readonly string _id;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private readonly List<string> _earlier;

    /// <summary>How often a step of each name was asked for.</summary>
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private RequestRecord _record;
    private long _version;
    private bool _isOver;

    internal IdempotentRequest(RequestStore store, string id, RequestRecord record, long version, bool isRepeat, TimeProvider clock)
    {
        (_store, _id, _record, _version, IsRepeat) = (store, id, record, version, isRepeat);
        _earlier = [.. record.Steps];
        _renewing = RenewAsync(clock);
    }

    /// <summary>When the request was first begun. The same in every repeat.</summary>
    public DateTimeOffset At => _record.At;

    /// <summary>Whether it was begun before and not finished.</summary>
    public bool IsRepeat { get; }

    /// <summary>Whether something was written for it, now or before.</summary>
    public bool HasWritten => _record.Steps.Count > 0;

    /// <summary>A version 7 UUID of the time at which the request was first begun. The same in every repeat.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <param name="content">What else it depends on.</param>
    public Guid NewId(string purpose, ReadOnlySpan<byte> content = default) => UuidV7.From(At, NewSecret(purpose, content));

    /// <summary>32 bytes that nobody can guess. The same in every repeat.</summary>
    /// <param name="purpose">What they are for.</param>
    /// <param name="content">What else they depend on.</param>
    public byte[] NewSecret(string purpose, ReadOnlySpan<byte> content = default)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _record.Nonce);
        hash.AppendData(Encoding.UTF8.GetBytes($"{purpose}\0"));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <summary>The writes that follow in this flow of control belong to the request, until the result is disposed of.</summary>
    /// <remarks>A write fails with <see cref="NexusStateException"/> if a repeat has taken the request over; nothing is written then.</remarks>
    public IDisposable Enter() => new Journal(this).Begin();

    /// <summary>Keeps the answer for repeats. One that is longer than <see cref="NexusIdempotency.MaxAnswerBytes"/> is not kept.</summary>
    /// <param name="answer">What a repeat returns.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusStateException">A repeat has taken the request over.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; a repeat carries out what is left of the request.</exception>
    public async Task CompleteAsync(ReadOnlyMemory<byte> answer, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOver) throw TakenOver();
            var outcome = answer.Length <= NexusIdempotency.MaxAnswerBytes
                ? await _store.AnswerAsync(_id, _record, answer, _version, cancellationToken).ConfigureAwait(false)
                : await _store.SaveAsync(
                    _id, _record with { Phase = RequestPhase.Answered, Steps = [], AnswerLength = -1 }, _version, cancellationToken)
                    .ConfigureAwait(false);
            _isOver = true;
            if (!outcome.IsApplied) throw TakenOver();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the request, of which nothing was written, so that its key may be used for another one.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    public Task ForgetAsync(CancellationToken cancellationToken = default) =>
        EndAsync(() => HasWritten
            ? _store.SaveAsync(_id, _record with { Phase = RequestPhase.Open }, _version, cancellationToken)
            : _store.RemoveAsync(_id, _version, cancellationToken));

    /// <summary>Lets a repeat continue at once, unless the request is complete.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await EndAsync(() => _store.SaveAsync(_id, _record with { Phase = RequestPhase.Open }, _version, CancellationToken.None))
                .ConfigureAwait(false);
        }
        catch (NexusException)
        {
            // A repeat waits for the end of the lease.
        }
        _ended.Dispose();
        _gate.Dispose();
    }

    private async Task EndAsync(Func<ValueTask<WriteOutcome>> write)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_isOver) return;
            _isOver = true;
            await write().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<WriteOutcome[]> WriteAsync(WriteQueue queue, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOver) throw TakenOver();
            var name = RequestRecord.NameOf(writes);
            var number = _numbers[name] = _numbers.GetValueOrDefault(name) + 1;
            if (_earlier.Remove(name)) return await RecallAsync(writes, cancellationToken).ConfigureAwait(false);
            return queue.HasShards && writes[0].Place != RecordPlace.Home
                ? await CommitOnShardAsync(queue, writes, name, number, cancellationToken).ConfigureAwait(false)
                : await CommitAsync(queue, writes, name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The writes with the note that they were applied, over the version of the note that this request has written.</summary>
    private async Task<WriteOutcome[]> CommitAsync(
        WriteQueue queue, IReadOnlyList<Write> writes, string name, CancellationToken cancellationToken)
    {
        var noted = _record with { Steps = [.. _record.Steps, name] };
        WriteOutcome[] outcomes;
        try
        {
            outcomes = await queue.WriteBatchAsync([.. writes, _store.ToWrite(_id, noted, _version)], atomic: true, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (UnknownOutcomeException)
        {
            // Only the stored note tells: a repeat reads it.
            _isOver = true;
            throw;
        }
        var note = outcomes[^1];
        if (note.IsApplied)
        {
            (_record, _version) = (noted, note.Version);
            return outcomes[..^1];
        }
        if (note.Status is WriteStatus.Conflict or WriteStatus.NotFound)
        {
            _isOver = true;
            throw TakenOver();
        }
        return note.Status == WriteStatus.RolledBack ? outcomes[..^1] : throw note.ToException(Name);
    }

    /// <summary>
    /// The record is on the home shard and the writes are on another, so the note is a value of its own beside them. The record follows; if that is
    /// prevented, a repeat finds the note.
    /// </summary>
    private async Task<WriteOutcome[]> CommitOnShardAsync(
        WriteQueue queue, IReadOnlyList<Write> writes, string name, int number, CancellationToken cancellationToken)
    {
        WriteOutcome[] outcomes;
        try
        {
            // Only writes to a trade by its id alone say no place: no trade is closed twice, and no fill is added twice.
            if (!writes[0].Place.IsInBucket) outcomes = [await queue.WriteAsync(writes[0], cancellationToken).ConfigureAwait(false)];
            else
            {
                var step = $"{Convert.ToHexStringLower(Convert.FromBase64String(name))}.{number}";
                outcomes = await queue.WriteBatchAsync(
                    [.. writes, _store.ToNote(_id, step, writes[0].Place, _record.Nonce)], atomic: true, cancellationToken).ConfigureAwait(false);
                var note = outcomes[^1];
                if (note.Status == WriteStatus.Conflict) return await RecallAsync(writes, cancellationToken).ConfigureAwait(false);
                if (!note.IsApplied && note.Status != WriteStatus.RolledBack) throw note.ToException(Name);
                outcomes = outcomes[..^1];
            }
        }
        catch (UnknownOutcomeException)
        {
            _isOver = true;
            throw;
        }
        if (Array.Exists(outcomes, outcome => outcome.IsApplied)) await NoteAsync(name).ConfigureAwait(false);
        return outcomes;
    }

    private async Task NoteAsync(string name)
    {
        _record = _record with { Steps = [.. _record.Steps, name] };
        try
        {
            var saved = await _store.SaveAsync(_id, _record, _version, CancellationToken.None).ConfigureAwait(false);
            if (saved.IsApplied) _version = saved.Version;
            else _isOver = true;
        }
        catch (NexusException)
        {
            // The step is committed, which its own note tells.
        }
    }

    private async Task<WriteOutcome[]> RecallAsync(IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        var outcomes = new WriteOutcome[writes.Count];
        for (var n = 0; n < outcomes.Length; n++) outcomes[n] = await _store.RecallAsync(writes[n], cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>A sign of life long before the lease ends.</summary>
    private async Task RenewAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(NexusIdempotency.Lease / 4, clock);
        while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
        {
            await _gate.WaitAsync(_ended.Token).ConfigureAwait(false);
            try
            {
                if (_isOver) return;
                var outcome = await _store.SaveAsync(_id, _record, _version, CancellationToken.None).ConfigureAwait(false);
                if (outcome.IsApplied) _version = outcome.Version;
                else if (outcome.Status is WriteStatus.Conflict or WriteStatus.NotFound) _isOver = true;
            }
            catch (UnknownOutcomeException)
            {
                _isOver = true;
            }
            catch (NexusException)
            {
                // The store is unavailable: nothing was written, and the next one may succeed.
            }
            finally
            {
                _gate.Release();
            }
        }
    }

    private static NexusStateException TakenOver() => new(Name, "was taken over by a repeat of it, or has ended");

    private sealed class Journal(IdempotentRequest request) : WriteJournal
    {
        public override async Task<WriteOutcome[]> WriteAsync(
            WriteQueue queue, IReadOnlyList<Write> writes, CancellationToken cancellationToken)
        {
            Suspend();
            return await request.WriteAsync(queue, writes, cancellationToken).ConfigureAwait(false);
        }
    }
}
