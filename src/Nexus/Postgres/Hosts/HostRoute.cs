using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Decides to which host a connection is opened, and whether a new one may be used.</summary>
/// <param name="hosts">Finds the primary among several hosts; null with one host.</param>
/// <param name="fence">Keeps old primaries out.</param>
internal sealed class HostRoute(PrimaryHosts? hosts, PrimaryFence fence)
{
    private const int MaxAttempts = 3;

    /// <summary>The number of the host that is the primary now.</summary>
    public async ValueTask<int> FindAsync(CancellationToken cancellationToken) =>
        hosts is null ? 0 : await hosts.FindAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Opens a connection to the primary, and looks for it again where that fails.</summary>
    /// <param name="open">Opens one to a host, by its number.</param>
    /// <exception cref="NpgsqlException">No host is reachable and takes writes.</exception>
    /// <exception cref="StoreUnavailableException">The only reachable primary is fenced.</exception>
    public async ValueTask<T> OpenAsync<T>(Func<int, CancellationToken, ValueTask<T>> open, CancellationToken cancellationToken)
    {
        if (hosts is null) return await open(0, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var host = await hosts.FindAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await open(host, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (attempt < MaxAttempts && IsOfHost(error))
            {
                await hosts.LeaveAsync(host, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The primary said that it takes no writes: looks for the one that does.</summary>
    public void Doubt() => hosts?.Doubt();

    /// <summary>Judges the server of a connection that was just opened.</summary>
    /// <param name="fence">Keeps old primaries out.</param>
    /// <param name="look">What the server says.</param>
    /// <param name="server">How messages name it.</param>
    /// <param name="isOneOfSeveral">Whether another host may be the primary.</param>
    /// <exception cref="StoreUnavailableException">It is an old primary, belongs to another cluster, or is a standby.</exception>
    public static async Task AdmitAsync(PrimaryFence fence, ServerLook look, string server, bool isOneOfSeveral)
    {
        await fence.AcceptAsync(look, server, CancellationToken.None).ConfigureAwait(false);
        if (isOneOfSeveral && look.IsStandby)
            throw new StoreUnavailableException(StoreUnavailableReason.ReadOnly, $"the server {server} is a standby");
    }

    /// <summary>The present primary, for a connection that is about to be opened.</summary>
    public PrimaryTerm Term => fence.Term;

    /// <summary>Whether another host may do better: this one cannot be reached, is starting or stopping, or takes no writes from here.</summary>
    private static bool IsOfHost(Exception error) => !PostgresErrors.IsTooManyConnections(error)
        && (PostgresErrors.IsWrongServer(error) || PostgresErrors.IsTransient(error) || PostgresErrors.IsConnectionLost(error));
}
