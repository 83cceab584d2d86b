using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Status;
using Nexus.Secrets;

namespace Nexus.Operations.Outbox;

/// <summary>
/// Manages the outbox of a data folder from the command line. Lists it directly; decisions go through the server if one is running.
/// </summary>
/// <param name="options">The options: the data folder, and the encryption keys that sign writes put back into the queue while no server runs.</param>
/// <param name="adminKey">The admin key of the server that runs on the folder.</param>
/// <param name="loggers">The logger factory.</param>
/// <param name="clock">The clock for the time of a decision.</param>
public sealed class OutboxAdmin(NexusOptions options, string? adminKey, ILoggerFactory loggers, TimeProvider clock)
{
    private const int MaxListed = 1000;

    private readonly string _folder = options.DataFolder;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Lists the conflicts and quarantined writes.</summary>
    public async Task<OutboxReport> ListAsync(CancellationToken cancellationToken)
    {
        if (await OutboxFile.OpenAsync(_folder, readOnly: true, loggers, clock, cancellationToken).ConfigureAwait(false) is not { } file)
            return new OutboxReport(new OutboxStatus(0, 0, 0), [], []);
        await using var closing = file.ConfigureAwait(false);
        var content = await file.ListAsync(MaxListed, cancellationToken).ConfigureAwait(false);
        return new OutboxReport(OutboxStatus.Of(content.Counts), content.Conflicts, content.Quarantined);
    }

    /// <summary>Resolves a conflict. False if there is none with the number.</summary>
    public Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken) => DecideAsync(
        HttpMethod.Post, $"conflicts/{Text(id)}/resolve", $$"""{"keep":"{{(keep == ConflictWinner.Remote ? "stored" : "spooled")}}"}""",
        (file, sealer) => file.ResolveAsync(id, keep, sealer!, cancellationToken), needsKeys: true, cancellationToken);

    /// <summary>Puts a quarantined write back into the queue. False if there is none with the number.</summary>
    public Task<bool> RetryAsync(long id, CancellationToken cancellationToken) => DecideAsync(
        HttpMethod.Post, $"quarantined/{Text(id)}/retry", body: null,
        (file, sealer) => file.RetryAsync(id, sealer!, cancellationToken), needsKeys: true, cancellationToken);

    /// <summary>Deletes a quarantined write. False if there is none with the number.</summary>
    public Task<bool> DiscardAsync(long id, CancellationToken cancellationToken) => DecideAsync(
        HttpMethod.Delete, $"quarantined/{Text(id)}", body: null,
        (file, _) => file.DiscardAsync(id, cancellationToken), needsKeys: false, cancellationToken);

    private async Task<bool> DecideAsync(
        HttpMethod method, string path, string? body, Func<OutboxFile, Sealer?, Task<bool>> decide, bool needsKeys,
        CancellationToken cancellationToken)
    {
        if (await ServerInfoFile.ReadAsync(_folder, cancellationToken).ConfigureAwait(false) is { } server
            && await AskServerAsync(server, method, path, body, cancellationToken).ConfigureAwait(false) is { } answer) return answer;
        if (!OutboxFile.Exists(_folder)) return false;
        var sealer = needsKeys ? new Sealer(LoadKeys()) : null;
        if (await OutboxFile.OpenAsync(_folder, readOnly: false, loggers, clock, cancellationToken).ConfigureAwait(false) is not { } file)
            return false;
        await using var closing = file.ConfigureAwait(false);
        return await decide(file, sealer).ConfigureAwait(false);
    }

    private KeyRing LoadKeys() =>
        string.IsNullOrWhiteSpace(options.Keys) && string.IsNullOrWhiteSpace(options.EncryptionKey)
            ? throw new NexusConfigurationException(
                "NEXUS_KEYS", $"is required to put a write back into the outbox of {_folder}, because no server is running on it: set it as for "
                    + "nexus serve, or start the server")
            : KeyRing.Parse(options.Keys, options.EncryptionKey);

    /// <summary>Null if no server responds: a killed server leaves its file behind.</summary>
    private async Task<bool?> AskServerAsync(ServerInfoFile server, HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var http = ServerSocket.Connect(_folder, server, Patience);
        if (http is null) return null;
        using var request = new HttpRequestMessage(method, $"v1/outbox/{path}");
        if (adminKey is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound) return false;
            if (response.StatusCode == HttpStatusCode.Conflict)
                throw new StoreRejectedException(OutboxFile.NotAuthentic, OutboxFile.NotAuthenticReason);
            return response.IsSuccessStatusCode
                ? true
                : throw new NexusConfigurationException(
                    "NEXUS_ADMIN_KEY", $"the server at {server.Url} returned {(int)response.StatusCode}: give its admin key");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
