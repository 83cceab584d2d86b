using Nexus.Errors;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// Brings records into a store so that importing twice changes nothing the second time: what is there unchanged stays, what is there and newer
/// stays, and a write holds only over the version that was looked at.
/// </summary>
/// <param name="target">Where to.</param>
/// <param name="report">Counts what becomes of each record.</param>
/// <param name="options">How.</param>
internal sealed class Importer(ImportTarget target, ImportReport report, ImportOptions options)
{
    /// <summary>So many records are looked up together and written side by side; the queue gathers them into few commits.</summary>
    private const int ChunkSize = 256;

    private readonly RecordDecision _decision = new(target, options);

    /// <summary>Imports everything that a file holds.</summary>
    /// <param name="file">How reports name the file.</param>
    /// <param name="records">Its records.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Ends between two chunks.</param>
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
            return record is RefusedRecord refused ? (ImportResult.Refused, refused.Reason) : (await _decision.ApplyAsync(record, cancellationToken).ConfigureAwait(false), null);
        }
        catch (NexusConflictException)
        {
            return (ImportResult.Refused, "was changed by somebody else in the meantime: import again");
        }
        catch (Exception error) when (error is NexusValidationException or NexusStateException or StoreRejectedException or NexusNotFoundException)
        {
            return (ImportResult.Refused, error.Message);
        }
    }

    /// <summary>A chunk holds one kind, and a record once: a second one of the same name must see what became of the first.</summary>
    private static async IAsyncEnumerable<List<ImportRecord>> ChunkAsync(
        IAsyncEnumerable<ImportRecord> records, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunk = new List<ImportRecord>(ChunkSize);
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (chunk.Count == ChunkSize || (chunk.Count > 0 && chunk[0].Kind != record.Kind) || !names.Add(record.Name))
            {
                yield return chunk;
                chunk = new List<ImportRecord>(ChunkSize);
                names = new HashSet<string>([record.Name], StringComparer.Ordinal);
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

    /// <summary>An API key that nobody asked for.</summary>
    Left,

    /// <summary>A line that serves others and is no record of its own.</summary>
    Nothing,
}
