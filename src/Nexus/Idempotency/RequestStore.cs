using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Secrets;

namespace Nexus.Idempotency;

/// <summary>
/// Records of requests as values of the keyed state, in a namespace that callers of the API cannot use: they expire, are sealed, resealed and spooled
/// like any other value.
/// </summary>
/// <param name="reader">Reads them.</param>
/// <param name="clock">Judges leases.</param>
/// <param name="queue">Writes them.</param>
/// <param name="documents">Seals them.</param>
/// <param name="findRecord">The record of a write as it is stored now; null if there is none.</param>
internal sealed class RequestStore(
    IKeyedStateReader reader, IStoreClock clock, WriteQueue queue, DocumentSealer documents,
    Func<Write, CancellationToken, Task<IStateRow?>> findRecord)
{
    /// <summary>Bytes of an answer that fit a value besides the record itself.</summary>
    private const int PartBytes = 128 * 1024;

    private const string Member = "secret";

    /// <summary>A part of an answer must not expire before its record.</summary>
    private static readonly StateExpiry PartExpiry = StateExpiry.After(NexusIdempotency.KeepFor + TimeSpan.FromHours(1));

    private static readonly StateExpiry Expiry = StateExpiry.After(NexusIdempotency.KeepFor);

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => clock.GetTimeAsync(cancellationToken);

    /// <summary>The outcome of a write that was committed earlier, of which only that is known: as its record is now.</summary>
    public async Task<WriteOutcome> RecallAsync(Write write, CancellationToken cancellationToken)
    {
        var row = await findRecord(write, cancellationToken).ConfigureAwait(false);
        var version = write is ConditionalWrite { ExpectedVersion: { } expected } ? expected + 1 : row?.Version ?? 1;
        return WriteOutcome.Applied(version, row?.AsOf ?? await GetTimeAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A hash, so that neither the scope nor the key can be read from the store.</summary>
    public static string IdOf(string scope, string key) =>
        new StateKey(NexusIdempotency.Namespace, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\0{key}")))).Id;

    public Write ToWrite(string id, RequestRecord record, long expectedVersion) => ToWrite(id, record.ToBytes(), Expiry, expectedVersion);

    /// <summary>A note that a step was committed, in the bucket of what it wrote; refused where there is one.</summary>
    /// <param name="id">The record of the request.</param>
    /// <param name="step">Tells the step from the others of the request.</param>
    /// <param name="place">The bucket.</param>
    /// <param name="nonce">Of the request.</param>
    public Write ToNote(string id, string step, RecordPlace place, byte[] nonce) => ToWrite(
        string.Create(CultureInfo.InvariantCulture, $"{id}.{step}{StateKey.BucketSeparator}{place.Bucket}"), nonce, PartExpiry, expectedVersion: 0);

    /// <summary>The record and its version and time; null if there is none.</summary>
    /// <exception cref="SecretUnreadableException">It is sealed under a key that is not configured.</exception>
    public async Task<(RequestRecord Record, long Version, DateTimeOffset At)?> FindAsync(string id, CancellationToken cancellationToken) =>
        await reader.GetKeyedStateAsync(id, cancellationToken).ConfigureAwait(false) is { } row
            ? (RequestRecord.Parse(Open(row)), row.Version, row.UpdatedAt)
            : null;

    public ValueTask<WriteOutcome> SaveAsync(string id, RequestRecord record, long expectedVersion, CancellationToken cancellationToken) =>
        queue.WriteAsync(ToWrite(id, record, expectedVersion), cancellationToken);

    public ValueTask<WriteOutcome> RemoveAsync(string id, long expectedVersion, CancellationToken cancellationToken) =>
        queue.WriteAsync(new RemoveKeyedState(id, expectedVersion), cancellationToken);

    /// <summary>Stores an answer: its record last, so that it is whole or not there.</summary>
    public async Task<WriteOutcome> AnswerAsync(
        string id, RequestRecord record, ReadOnlyMemory<byte> answer, long expectedVersion, CancellationToken cancellationToken)
    {
        for (var (from, part) = (PartBytes, 1); from < answer.Length; from += PartBytes, part++)
        {
            byte[] bytes = [.. record.Nonce, .. answer.Span[from..Math.Min(from + PartBytes, answer.Length)]];
            var saved = await queue.WriteAsync(ToWrite(PartOf(id, part), bytes, PartExpiry, null), cancellationToken).ConfigureAwait(false);
            if (!saved.IsApplied) return saved;
        }
        var answered = record with
        {
            Phase = RequestPhase.Answered,
            Steps = [],
            AnswerLength = answer.Length,
            Answer = answer[..Math.Min(answer.Length, PartBytes)],
        };
        return await SaveAsync(id, answered, expectedVersion, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The whole answer; null if it was not kept or a part of it is missing.</summary>
    public async Task<byte[]?> FindAnswerAsync(string id, RequestRecord record, CancellationToken cancellationToken)
    {
        if (record.AnswerLength < 0) return null;
        var answer = new byte[record.AnswerLength];
        record.Answer.CopyTo(answer);
        for (var (from, part) = (record.Answer.Length, 1); from < answer.Length; part++)
        {
            if (await reader.GetKeyedStateAsync(PartOf(id, part), cancellationToken).ConfigureAwait(false) is not { } row) return null;
            var bytes = Open(row);
            if (!bytes.AsSpan().StartsWith(record.Nonce) || bytes.Length - record.Nonce.Length > answer.Length - from) return null;
            bytes.AsSpan(record.Nonce.Length).CopyTo(answer.AsSpan(from));
            from += bytes.Length - record.Nonce.Length;
        }
        return answer;
    }

    private SaveKeyedState ToWrite(string id, ReadOnlySpan<byte> bytes, StateExpiry expiry, long? expectedVersion)
    {
        var value = StateJson.Parse($$"""{"{{Member}}":"{{Convert.ToBase64String(bytes)}}"}""");
        return new SaveKeyedState(id, documents.AcceptState(StateKey.Place(id), value, StateRules.Value), expiry, expectedVersion);
    }

    private byte[] Open(KeyedStateRow row)
    {
        using var json = JsonDocument.Parse(StateJson.FromStore(row.Value, documents, StateKey.Place(row.Id)).RevealedUtf8());
        return json.RootElement.GetProperty(Member).GetBytesFromBase64();
    }

    private static string PartOf(string id, int part) => string.Create(CultureInfo.InvariantCulture, $"{id}.{part}");
}
