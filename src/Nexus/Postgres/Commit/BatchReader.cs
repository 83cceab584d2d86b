using Npgsql;

namespace Nexus.Postgres;

/// <summary>Reads the results of a batch so that the server's refusal is what the caller gets.</summary>
internal static class BatchReader
{
    /// <summary>Runs the batch, reads, and waits for the end of its results.</summary>
    /// <remarks>
    /// On SQLSTATE 0A000 the driver forgets the prepared statements of the batch and then looks for them while it closes the reader, which throws a
    /// NullReferenceException in place of the refusal (NpgsqlDataReader.NextResult, Npgsql 10). The connection is not to be used again. Closing that
    /// reader waits for messages that never come: the cancellation bounds the wait by the Cancellation Timeout, not by the Command Timeout.
    /// </remarks>
    public static async Task ReadAsync(NpgsqlBatch commands, Func<NpgsqlDataReader, Task> read)
    {
        PostgresException? refusal = null;
        try
        {
            var reader = await commands.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            try
            {
                await read(reader).ConfigureAwait(false);
            }
            catch (PostgresException error)
            {
                refusal = error;
                throw;
            }
            catch (NullReferenceException)
            {
                commands.Cancel();
                throw;
            }
        }
        catch (NullReferenceException) when (refusal is null or { SqlState: PostgresErrorCodes.FeatureNotSupported })
        {
            throw refusal ?? new PostgresException("a feature is not supported", "ERROR", "ERROR", PostgresErrorCodes.FeatureNotSupported,
                routine: nameof(NpgsqlDataReader));
        }
    }
}
