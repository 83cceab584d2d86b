using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Operations.ApiKeys;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.SystemConfig;

namespace Nexus.Operations.Keys;

/// <summary>The sealed values of one record.</summary>
/// <param name="Opened">The key id of each value that can be opened.</param>
/// <param name="Faults">Values that cannot be opened or are in plain text.</param>
internal sealed record SealedRecord(IReadOnlyList<string> Opened, IReadOnlyList<UnreadableValue> Faults);

/// <summary>
/// Enumerates the sealed values of a store in constant memory. Values are opened on all processors while the next records are read.
/// </summary>
internal sealed class SealedValues(IStateReader store, Sealer sealer)
{
    /// <summary>Few enough that the largest records, of 64 KiB, take 8 MiB; enough that handing them to another thread costs nothing.</summary>
    private const int RecordsAtOnce = 128;

    private static readonly int Threads = Math.Clamp(Environment.ProcessorCount, 1, 4);

    private readonly DocumentSealer _documents = new(sealer);

    public async IAsyncEnumerable<SealedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var opening = new Queue<Task<SealedRecord[]>>(Threads);
        await foreach (var rows in StateRecords.ListSealableAsync(store, cancellationToken).Chunk(RecordsAtOnce).ConfigureAwait(false))
        {
            if (opening.Count == Threads)
            {
                foreach (var record in await opening.Dequeue().ConfigureAwait(false)) yield return record;
            }
            opening.Enqueue(Task.Run(() => Array.ConvertAll(rows, Open), cancellationToken));
        }
        while (opening.TryDequeue(out var last))
        {
            foreach (var record in await last.ConfigureAwait(false)) yield return record;
        }
        yield return await ReadApiKeysAsync(cancellationToken).ConfigureAwait(false);
    }

    private SealedRecord Open(IStateRow row)
    {
        var looker = new Looker(_documents);
        row.ReplaceSecrets(looker);
        return new SealedRecord(looker.Opened, looker.Faults);
    }

    /// <summary>Finds records of API keys that can be opened but are not accepted.</summary>
    private async Task<SealedRecord> ReadApiKeysAsync(CancellationToken cancellationToken)
    {
        var set = await new ApiKeyVault(store, writer: null, sealer).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new SealedRecord([], [.. set.Faults.Where(fault => fault.Record is not null)
            .Select(fault => new UnreadableValue($"system_config/{fault.Setting}", null, fault.Reason))]);
    }

    private sealed class Looker(DocumentSealer documents) : SecretVisitor
    {
        public List<string> Opened { get; } = [];

        public List<UnreadableValue> Faults { get; } = [];

        protected override byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            VisitPlainDocument(place, json);
            return null;
        }

        protected override void VisitPlainDocument(SealContext place, ReadOnlySpan<byte> json)
        {
            foreach (var fault in documents.FindFaults(place, json, Opened.Add))
                Faults.Add(new UnreadableValue($"{place}{fault.Pointer}", fault.KeyId, fault.Reason));
        }

        protected override byte[]? VisitReserved(SealContext place, ReadOnlySpan<byte> value)
        {
            if (ReservedSettings.SealedTextOf(value) is { } ciphertext) Value(place, ciphertext);
            else Faults.Add(new UnreadableValue($"system_config/{place.Row}/value", null,
                "is not one sealed record: something other than Nexus wrote it"));
            return null;
        }

        protected override string? VisitColumn(SealContext place, string value)
        {
            Value(place, value);
            return null;
        }

        private void Value(SealContext place, string ciphertext)
        {
            try
            {
                documents.Sealer.Open(place, ciphertext);
                Opened.Add(Sealer.KeyIdOf(ciphertext)!);
            }
            catch (SecretUnreadableException error)
            {
                Faults.Add(KeyInspection.ToReport(error));
            }
        }
    }
}
