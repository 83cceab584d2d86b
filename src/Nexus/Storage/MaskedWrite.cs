namespace Nexus.Storage;

/// <summary>
/// Writes that hold masks. The secrets are taken from the stored record, so that the write holds only over the version that they were taken from; it is
/// made again over a newer one unless the caller named the version.
/// </summary>
internal static class MaskedWrite
{
    /// <summary>Lost races in a row before the caller is told of the conflict: only a record under constant writes gets there.</summary>
    public const int MaxAttempts = 32;

    /// <param name="expectedVersion">The version that the caller named.</param>
    /// <param name="prepare">Reads the record and makes the write, with the version that it holds over.</param>
    /// <param name="apply">Sends it.</param>
    public static async Task<WriteReceipt> RunAsync<TWrite>(long? expectedVersion, Func<Task<(TWrite Write, long? Version)>> prepare, Func<TWrite, ValueTask<WriteOutcome>> apply)
        where TWrite : Write
    {
        for (var attempt = 1; ; attempt++)
        {
            var (write, version) = await prepare().ConfigureAwait(false);
            var outcome = await apply(write with { WriteId = UuidV7.New() }).ConfigureAwait(false);
            if (outcome.Status == WriteStatus.Conflict && expectedVersion is null && attempt < MaxAttempts) continue;
            return outcome.ToReceipt(write.Key, version);
        }
    }
}
