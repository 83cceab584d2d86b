using Npgsql;

namespace Nexus.Postgres;

/// <summary>Counts the instances that have a schema open, by their heartbeats.</summary>
internal static class HeardInstances
{
    /// <summary>Each instance beats twice a second.</summary>
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1.5);

    /// <summary>Counts those that are heard on a connection to a schema.</summary>
    public static async Task<int> CountAsync(
        NpgsqlConnection connection, string schema, TimeSpan window, TimeProvider clock, CancellationToken cancellationToken)
    {
        HashSet<string> senders = [];
        var reader = new NoticeReader(new ChangeNotice(schema));
        connection.Notification += (_, heard) =>
        {
            // Every instance names its mode.
            if (reader.Read(heard.Payload) is { Sender: { Length: > 0 } sender, Mode: not null }) senders.Add(sender);
        };
        await connection.ExecuteAsync($"LISTEN {ChangeNotice.Channel}", cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(window, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (true) await connection.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The window is over.
        }
        await connection.ExecuteAsync($"UNLISTEN {ChangeNotice.Channel}", cancellationToken).ConfigureAwait(false);
        return senders.Count;
    }
}
