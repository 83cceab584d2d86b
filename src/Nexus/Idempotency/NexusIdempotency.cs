using System.Security.Cryptography;
using System.Text;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Idempotency;

/// <summary>
/// Requests that are carried out once, however often they are sent: after a lost answer, a restart, on another instance, and during an outage of
/// PostgreSQL. A request is known by a key of its sender for <see cref="KeepFor"/>: docs/decisions/0028-idempotency-keys.md.
/// </summary>
public sealed class NexusIdempotency
{
    /// <summary>How long a request and its answer are kept after its last change, by the store's clock.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromHours(24);

    /// <summary>How long a request belongs to who carries it out without a sign of life, by the store's clock.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>The longest answer that is kept.</summary>
    public const int MaxAnswerBytes = 1024 * 1024;

    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 255;

    /// <summary>The namespace of the records in the keyed state. They are not exported, and there are no events about them.</summary>
    public const string Namespace = "nexus.requests";

    private const int MaxScope = 200;
    private const int MaxAttempts = 20;

    private readonly RequestStore _store;
    private readonly TimeProvider _clock;

    internal NexusIdempotency(RequestStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    /// <summary>
    /// Begins a request, or finds what became of it. Carry it out inside <see cref="IdempotentRequest.Enter"/>, then call
    /// <see cref="IdempotentRequest.CompleteAsync"/>.
    /// </summary>
    /// <param name="scope">Whose keys are meant, 1 to 200 characters: the same key of another sender is another request.</param>
    /// <param name="key">The sender's key, 1 to 255 bytes in UTF-8 without control characters.</param>
    /// <param name="fingerprint">A hash of what is asked for. Another one under the same key is <see cref="RequestStatus.Mismatch"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusValidationException">The scope or the key is outside its limits.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was begun.</exception>
    /// <example><code>
    /// var start = await db.Idempotency.BeginAsync("worker 7", "signal-812", SHA256.HashData(body));
    /// if (start.Request is not { } request) return start.Answer;
    /// await using (request)
    /// {
    ///     using (request.Enter()) await db.Users.ExtendAsync(1001, days: 30);
    ///     await request.CompleteAsync(answer);
    /// }
    /// </code></example>
    public async Task<RequestStart> BeginAsync(
        string scope, string key, ReadOnlyMemory<byte> fingerprint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(key);
        var id = RequestStore.IdOf(Validation.Text("scope", scope, MaxScope), CheckedKey(key));
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var begun = RequestRecord.New(_clock.GetUtcNow(), fingerprint.Span);
            var outcome = await _store.SaveAsync(id, begun, expectedVersion: 0, cancellationToken).ConfigureAwait(false);
            if (outcome.IsApplied) return Started(id, begun, outcome.Version, isRepeat: false);
            if (outcome.Status != WriteStatus.Conflict) throw outcome.ToException(Name);
            if (await FindAsync(id, fingerprint, cancellationToken).ConfigureAwait(false) is { } found) return found;
        }
        return new RequestStart(RequestStatus.Running);
    }

    /// <summary>What became of a request with this key before; null if it changed meanwhile.</summary>
    private async Task<RequestStart?> FindAsync(string id, ReadOnlyMemory<byte> fingerprint, CancellationToken cancellationToken)
    {
        if (await _store.FindAsync(id, cancellationToken).ConfigureAwait(false) is not var (record, version, at)) return null;
        if (!CryptographicOperations.FixedTimeEquals(record.Fingerprint, fingerprint.Span)) return new RequestStart(RequestStatus.Mismatch);
        if (record.Phase == RequestPhase.Answered)
        {
            return await _store.FindAnswerAsync(id, record, cancellationToken).ConfigureAwait(false) is { } answer
                ? new RequestStart(RequestStatus.Answered, Answer: answer)
                : new RequestStart(RequestStatus.AnswerNotKept);
        }
        if (record.Phase == RequestPhase.Running && await _store.GetTimeAsync(cancellationToken).ConfigureAwait(false) - at < Lease)
            return new RequestStart(RequestStatus.Running);
        var taken = record with { Phase = RequestPhase.Running };
        var outcome = await _store.SaveAsync(id, taken, version, cancellationToken).ConfigureAwait(false);
        return outcome.IsApplied ? Started(id, taken, outcome.Version, isRepeat: true) : null;
    }

    private RequestStart Started(string id, RequestRecord record, long version, bool isRepeat) =>
        new(RequestStatus.Started, new IdempotentRequest(_store, id, record, version, isRepeat, _clock));

    private static string CheckedKey(string key)
    {
        if (key.Length == 0) throw new NexusValidationException("key", "must not be empty");
        if (key.Any(char.IsControl)) throw new NexusValidationException("key", "must not contain control characters");
        Validation.Text("key", key, int.MaxValue);
        return Encoding.UTF8.GetByteCount(key) is var length and > MaxKeyBytes
            ? throw new NexusValidationException("key", $"must be at most {MaxKeyBytes} bytes in UTF-8, not {length}")
            : key;
    }

    private const string Name = "the record of the request";
}
