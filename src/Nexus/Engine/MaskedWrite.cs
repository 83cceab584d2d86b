namespace Nexus.Engine;

/// <summary>
/// Writes that contain masks. Their secrets come from the stored record, so the write is conditional on the version that they were read from; it is
/// repeated over a newer version unless the caller named one.
/// </summary>
internal static class MaskedWrite
{
    /// <param name="expectedVersion">The version that the caller named.</param>
    /// <param name="prepare">Reads the record and makes the write, with the version that it holds over.</param>
    /// <param name="apply">Sends it.</param>
    /// <param name="cancellationToken">Ends the waits between attempts.</param>
    public static Task<WriteReceipt> RunAsync<TWrite>(long? expectedVersion, Func<Task<(TWrite Write, long? Version)>> prepare,
        Func<TWrite, ValueTask<WriteOutcome>> apply, CancellationToken cancellationToken)
        where TWrite : Write
    {
        return Contention.WriteAsync(WriteAsync, mayRepeat: expectedVersion is null, TimeProvider.System, cancellationToken);

        async Task<WriteReceipt> WriteAsync()
        {
            var (write, version) = await prepare().ConfigureAwait(false);
            return (await apply(write with { WriteId = UuidV7.New() }).ConfigureAwait(false)).ToReceipt(write.Key, version);
        }
    }
}
