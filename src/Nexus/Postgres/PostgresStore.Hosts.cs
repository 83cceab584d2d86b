using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Which servers the store's connections lead to.</summary>
internal sealed partial class PostgresStore
{
    private readonly List<PrimaryHosts> _searches = [];
    private PrimaryHosts? _hosts;
    private NpgsqlDataSource[] _standbys = [];
    private StoreIdentity? _identity;

    /// <summary>The pool and the connections beside it share what finds the primary, unless the latter go round a pooler.</summary>
    private PrimaryHosts FindPrimary(NpgsqlConnectionStringBuilder settings)
    {
        if (_hosts is { } known && known.Names == settings.Host) return known;
        var hosts = new PrimaryHosts(
            settings.Host!,
            [.. HostNames.Split(settings).Select(host =>
                new HostLooker(HostNames.Describe(host), new HostProbe(PostgresDataSource.CreateLooker(host))))],
            _options.Fence, needsWritable: settings.TargetSessionAttributes == "read-write", _clock, _logger);
        _searches.Add(hosts);
        return _hosts = hosts;
    }

    /// <summary>Pools for each host, which stay empty until reads come that may be old. Behind poolers no host is known as a standby.</summary>
    private Standbys? FindStandbys()
    {
        if (_hosts is not { } hosts || !SessionSettings.AreIn(_settings)) return null;
        _standbys = [.. HostNames.Split(_settings).Select(host => PostgresDataSource.CreateStandby(host, _loggers))];
        var pools = _standbys.Select(source => new ConnectionPool(new RoutedSource(source), _options.ConnectTimeout, _clock, _logger));
        return new Standbys(hosts, [.. pools], new PrimaryClock(_reads, _clock), _options.Fence, _clock);
    }

    /// <summary>A newer primary was seen: no connection to the earlier one is used again.</summary>
    private void LeaveServer()
    {
        _source.Clear();
        _ = _writers.EmptyAsync();
    }

    /// <summary>
    /// Looks at a connection of the pool, which may lead elsewhere than the one for migrations: it must reach the same database, and a pooler must be
    /// known as one. One in transaction mode that passes the settings on would mix up what its clients have prepared: a refused row then fails
    /// the writes of others with "prepared statement name is already in use".
    /// </summary>
    /// <exception cref="Nexus.Errors.NexusConfigurationException">Names the setting and the remedy.</exception>
    private async Task CheckPoolAsync(CancellationToken cancellationToken)
    {
        var pooled = await WhenThereIsRoomAsync(() => _pool.OpenAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        await using var end = pooled.ConfigureAwait(false);
        var connection = pooled.Connection;
        if (SessionSettings.AreIn(_settings))
        {
            // A pooler makes up the process number that its clients get.
            if (await connection.ScalarAsync<int>("SELECT pg_catalog.pg_backend_pid()", [], cancellationToken).ConfigureAwait(false)
                != connection.ProcessID)
                throw DatabaseUrl.Error("leads through a pooler such as PgBouncer: add pgbouncer=true, in whatever mode it is, and the server's own "
                    + $"address as listen=HOST:PORT or in NexusOptions.{nameof(NexusOptions.DirectDatabase)}");
            await ServerRequirements.CheckSettingsAsync(connection, _settings, cancellationToken).ConfigureAwait(false);
        }
        var found = await PostgresIdentity.ReadAsync(connection, Location, _options.Schema, cancellationToken).ConfigureAwait(false);
        if (_identity is { } direct && !direct.IsSameAs(found))
            throw DatabaseUrl.Error($"leads to the database {found.Database} of the cluster {found.SystemIdentifier}, but the direct address "
                + $"(NexusOptions.{nameof(NexusOptions.DirectDatabase)}, or the option listen) to {direct.Database} of {direct.SystemIdentifier}");
    }
}
