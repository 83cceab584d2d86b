using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>Reads the status of store, keys and server without changing them.</summary>
public sealed class StatusReader(ILoggerFactory loggers, TimeProvider clock)
{
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(15);

    /// <summary>Problems of the store or the keys are reported, not thrown.</summary>
    /// <param name="options">The store.</param>
    /// <param name="adminKey">The server's admin key, if it is known. It is used to read the server's queue and pool.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<StatusReport> ReadAsync(NexusOptions options, string? adminKey, CancellationToken cancellationToken)
    {
        var (server, seen) = await FindServerAsync(options.DataFolder, adminKey, cancellationToken).ConfigureAwait(false);
        var outbox = await ReadOutboxAsync(options.DataFolder, cancellationToken).ConfigureAwait(false);
        var (ring, keysError) = await LoadKeysAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                var status = await store.GetStatusAsync(cancellationToken).ConfigureAwait(false);
                var openError = ring is null ? keysError : await CheckCanaryAsync(store, ring, cancellationToken).ConfigureAwait(false);
                var concerns = seen ?? OperatorTerms.Translate(store.Concerns);
                var isWhole = concerns.All(concern => concern.Code != StoreConcern.ShardUnavailable);
                return new StatusReport(
                    openError is null && isWhole, status, Keys(ring, openError is null), server, openError, outbox, concerns,
                    await JobRunReader.ReadLastAsync(store, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (NexusException error)
        {
            return new StatusReport(
                Ok: false, Store: null, Keys(ring, opens: null), server, new StatusError(
                    error.Code, OperatorTerms.Translate(error.Message)), outbox, seen ?? []);
        }
    }

    /// <summary>Zeros if the folder has no outbox; null if it cannot be read.</summary>
    private async Task<OutboxStatus?> ReadOutboxAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            if (await OutboxFile.OpenAsync(folder, readOnly: true, loggers, clock, cancellationToken).ConfigureAwait(false) is not { } file)
                return new OutboxStatus(0, 0, 0);
            await using var closing = file.ConfigureAwait(false);
            return OutboxStatus.Of(await file.CountAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (NexusException)
        {
            return null;
        }
    }

    private static KeyStatus Keys(KeyRing? ring, bool? opens) => new(ring?.Ids ?? [], ring?.PrimaryId, ring is null ? null : opens);

    private async Task<(KeyRing? Ring, StatusError? Error)> LoadKeysAsync(NexusOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false), null);
        }
        catch (NexusConfigurationException error)
        {
            return (null, new StatusError(error.Code, OperatorTerms.Translate(error.Message)));
        }
    }

    private static async Task<StatusError?> CheckCanaryAsync(IStateReader store, KeyRing ring, CancellationToken cancellationToken)
    {
        try
        {
            // There is no canary if nothing was ever sealed.
            await KeyCanary.VerifyAsync(store, new Sealer(ring), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (NexusConfigurationException error)
        {
            return new StatusError(error.Code, OperatorTerms.Translate(error.Message));
        }
    }

    /// <summary>The running server, and its concerns if it reports them.</summary>
    private static async Task<(ServerStatus? Server, IReadOnlyList<StoreConcern>? Concerns)> FindServerAsync(
        string folder, string? adminKey, CancellationToken cancellationToken)
    {
        if (await ServerInfoFile.ReadAsync(folder, cancellationToken).ConfigureAwait(false) is not { } file) return default;
        var silent = new ServerStatus(file.Url, file.ProcessId, Answers: false, null, null, null);
        using var http = ServerSocket.Connect(folder, file, ServerPatience);
        if (http is null) return (silent, null);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "v1/status");
            if (adminKey is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", adminKey);
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) return (silent with { Answers = true }, null);
            var text = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            var report = JsonSerializer.Deserialize(text, StatusJson.Default.ServerReport)!;
            var server = new ServerStatus(
                file.Url, file.ProcessId, Answers: true, report.QueuedWrites, report.Store.PoolSize, report.Store.PoolMax, report.Fallback);
            return (server, report.Concerns);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (silent, null);
        }
    }
}
