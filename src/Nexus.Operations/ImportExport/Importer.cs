using Nexus.Errors;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Imports records into a store. An import is idempotent: stored records that are equal or newer
/// stay unchanged, and a write succeeds only over the version that was read.
/// </summary>
/// <param name="target">The store to import into.</param>
/// <param name="report">Counts the result of each record.</param>
/// <param name="options">The options.</param>
internal sealed class Importer(ImportTarget target, ImportReport report, ImportOptions options)
{
    /// <summary>The number of records that are read together and written concurrently. The queue combines the writes into few commits.</summary>
    private const int ChunkSize = 256;

    private readonly RecordDecision _decision = new(target, options);

    /// <summary>Imports all records of a file.</summary>
    /// <param name="file">The name of the file in the report.</param>
    /// <param name="records">The records of the file.</param>
    /// <param name="progress">Receives the number of processed records.</param>
    /// <param name="cancellationToken">Cancels the operation between two chunks.</param>
    public async Task ImportAsync(string file, IAsyncEnumerable<ImportRecord> records, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var done = 0L;
        await foreach (var chunk in ChunkAsync(records, cancellationToken).ConfigureAwait(false))
        {
            await ImportChunkAsync(file, chunk, cancellationToken).ConfigureAwait(false);
            progress?.Report(done += chunk.Count);
        }
    }

    private async Task ImportChunkAsync(string file, List<ImportRecord> chunk, CancellationToken cancellationToken)
    {
        await _decision.LookUpAsync(chunk, cancellationToken).ConfigureAwait(false);
        var outcomes = await Task.WhenAll(chunk.Select(record => ImportOneAsync(record, cancellationToken))).ConfigureAwait(false);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var (record, counts) = (chunk[i], report[chunk[i].Kind]);
            record.Counted?.Invoke(outcomes[i].Result, outcomes[i].Reason);
            switch (outcomes[i])
            {
                case { Result: ImportResult.Imported }: counts.Imported++; break;
                case { Result: ImportResult.Updated }: counts.Updated++; break;
                case { Result: ImportResult.Unchanged }: counts.Unchanged++; break;
                case { Result: ImportResult.Kept }: counts.Kept++; break;
                case { Result: ImportResult.Left }: report.ApiKeysLeft++; break;
                case { Result: ImportResult.Nothing }: break;
                case var refused: report.Refuse(file, record.Kind, record.Name, refused.Reason!); break;
            }
        }
    }

    private async Task<(ImportResult Result, string? Reason)> ImportOneAsync(ImportRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return record is RefusedRecord refused
                ? (ImportResult.Refused, refused.Reason)
                : (await _decision.ApplyAsync(record, cancellationToken).ConfigureAwait(false), null);
        }
        catch (NexusConflictException)
        {
            return (ImportResult.Refused, "was changed during the import: import again");
        }
        catch (Exception error) when (error is NexusValidationException or NexusStateException or StoreRejectedException or NexusNotFoundException)
        {
            return (ImportResult.Refused, error.Message);
        }
    }

    /// <summary>A chunk contains one kind, and each record once: a second record with the same name must see the result of the first.</summary>
    private static async IAsyncEnumerable<List<ImportRecord>> ChunkAsync(
        IAsyncEnumerable<ImportRecord> records, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunk = new List<ImportRecord>(ChunkSize);
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (chunk.Count == ChunkSize || (chunk.Count > 0 && chunk[0].Kind != record.Kind) || !names.Add(record.Identity))
            {
                yield return chunk;
                chunk = new List<ImportRecord>(ChunkSize);
                names = new HashSet<string>([record.Identity], StringComparer.Ordinal);
            }
            chunk.Add(record);
        }
        if (chunk.Count > 0) yield return chunk;
    }
}

internal enum ImportResult
{
    Imported,
    Updated,
    Unchanged,
    Kept,
    Refused,

    /// <summary>An API key that is skipped because API keys are not requested.</summary>
    Left,

    /// <summary>A line that supports others and is not a record.</summary>
    Nothing,
}
