using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.Status;
using Nexus.Postgres;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// The statements for the command line: from the server that runs on the data folder, which knows their trend, otherwise from the database.
/// </summary>
public sealed class QuerySource
{
    private readonly NexusOptions _options;
    private readonly ServerCall _server;

    /// <param name="options">The data folder, and the database if no server runs.</param>
    /// <param name="adminKey">The server's admin key, if it is known.</param>
    public QuerySource(NexusOptions options, string? adminKey)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _server) = (options, new ServerCall(options.DataFolder, adminKey));
    }

    /// <summary>Reads the report; null if no server runs and no database is named.</summary>
    /// <exception cref="Errors.StoreUnavailableException">The database cannot be reached.</exception>
    public async Task<QueryReport?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await _server.SendAsync(HttpMethod.Get, "v1/queries", null, cancellationToken).ConfigureAwait(false) is { } text)
            return JsonSerializer.Deserialize(text, QueryJson.Default.QueryReport);
        if (!_options.UsesPostgres) return null;
        var connection = new MonitorConnection(_options, NullLoggerFactory.Instance, TimeProvider.System);
        await using var end = connection.ConfigureAwait(false);
        var statistics = new QueryStatistics(
            connection, new MonitoringOptions(), _options.DataFolder, TimeProvider.System, NullLogger<QueryStatistics>.Instance);
        await using var endOfStatistics = statistics.ConfigureAwait(false);
        try
        {
            return await statistics.ReadNowAsync(keepsHistory: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <summary>The plan of a statement; null if no server runs.</summary>
    /// <exception cref="Errors.NexusValidationException">It cannot be planned.</exception>
    public async Task<QueryPlan?> PlanAsync(string id, CancellationToken cancellationToken) =>
        await _server.SendAsync(HttpMethod.Get, $"v1/queries/{Uri.EscapeDataString(id)}/plan", null,
            cancellationToken).ConfigureAwait(false) is { } text
            ? JsonSerializer.Deserialize(text, QueryJson.Default.QueryPlan)
            : null;
}
