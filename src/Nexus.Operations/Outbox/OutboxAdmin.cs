using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Status;
using Nexus.Sqlite;

namespace Nexus.Operations.Outbox;

/// <summary>The outbox of a data folder from the command line: lists beside a running server, and decides by way of the server where one runs.</summary>
public sealed class OutboxAdmin(string folder, string? adminKey, ILoggerFactory loggers, TimeProvider clock)
{
    private const int MaxListed = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Everything that needs a decision.</summary>
    public async Task<OutboxReport> ListAsync(CancellationToken cancellationToken) => await OutboxFile.ReadAsync(
        folder, loggers, clock,
        connection =>
        {
            var counts = OutboxCounts.Read(connection);
            return new OutboxReport(
                new OutboxStatus(counts.Pending, counts.Conflicts, counts.Quarantined),
                OutboxLists.Conflicts(connection, after: 0, MaxListed),
                OutboxLists.Quarantined(connection, after: 0, MaxListed));
        },
        cancellationToken).ConfigureAwait(false) ?? new OutboxReport(new OutboxStatus(0, 0, 0), [], []);

    /// <summary>Ends a conflict. False where there is none with the number.</summary>
    public Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken) => DecideAsync(
        HttpMethod.Post, $"conflicts/{Text(id)}/resolve", $$"""{"keep":"{{DeadLetters.NameOf(keep)}}"}""",
        connection => DeadLetters.Resolve(connection, id, keep, clock.GetUtcNow()), cancellationToken);

    /// <summary>Puts a quarantined write back into the queue. False where there is none with the number.</summary>
    public Task<bool> RetryAsync(long id, CancellationToken cancellationToken) => DecideAsync(
        HttpMethod.Post, $"quarantined/{Text(id)}/retry", body: null, connection => DeadLetters.Release(connection, id, retry: true), cancellationToken);

    /// <summary>Drops a quarantined write for good. False where there is none with the number.</summary>
    public Task<bool> DiscardAsync(long id, CancellationToken cancellationToken) => DecideAsync(
        HttpMethod.Delete, $"quarantined/{Text(id)}", body: null, connection => DeadLetters.Release(connection, id, retry: false), cancellationToken);

    private async Task<bool> DecideAsync(HttpMethod method, string path, string? body, Func<SqliteSession, bool> decide, CancellationToken cancellationToken)
    {
        if (await ServerInfoFile.ReadAsync(folder, cancellationToken).ConfigureAwait(false) is { } server
            && await AskServerAsync(server, method, path, body, cancellationToken).ConfigureAwait(false) is { } answer) return answer;
        if (!File.Exists(Path.Combine(folder, FailoverStore.FileName))) return false;
        var store = new SqliteStore(folder, clock, loggers, fileName: FailoverStore.FileName);
        await using (store.ConfigureAwait(false))
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await store.TransactAsync(transaction => decide(transaction.Connection), writes: 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null where no server is reached: one that was killed leaves its file behind.</summary>
    private async Task<bool?> AskServerAsync(ServerInfoFile server, HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var http = ServerSocket.Connect(folder, server, Patience);
        if (http is null) return null;
        using var request = new HttpRequestMessage(method, $"v1/outbox/{path}");
        if (adminKey is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound) return false;
            return response.IsSuccessStatusCode
                ? true
                : throw new NexusConfigurationException("NEXUS_ADMIN_KEY", $"the server at {server.Url} returned {(int)response.StatusCode}: give its admin key");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
