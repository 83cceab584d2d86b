using Nexus.Failover;
using Nexus.Secrets;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>A primary and a standby that follows it, each behind a network that the test can cut.</summary>
internal sealed class ReplicatedPair : IAsyncDisposable
{
    private const string Database = "app";

    private readonly TempFolder _folders = new("pair");
    private readonly string _key = KeyRing.GenerateKey();

    private ReplicatedPair(PostgresCluster one, PostgresCluster other)
    {
        (One, Other) = (one, other);
        (ToOne, ToOther) = (new TcpProxy(one.Host, one.Port), new TcpProxy(other.Host, other.Port));
    }

    /// <summary>The primary at first.</summary>
    public PostgresCluster One { get; }

    /// <summary>The standby at first.</summary>
    public PostgresCluster Other { get; }

    public TcpProxy ToOne { get; }

    public TcpProxy ToOther { get; }

    /// <summary>A data folder.</summary>
    public string Folder => _folders["data"];

    public static async Task<ReplicatedPair> StartAsync()
    {
        var one = await PostgresCluster.StartAsync();
        try
        {
            await using (var source = NpgsqlDataSource.Create(one.ConnectionString()))
            await using (var command = source.CreateCommand($"CREATE DATABASE {Database}")) await command.ExecuteNonQueryAsync();
            return new ReplicatedPair(one, await one.StartStandbyAsync());
        }
        catch
        {
            await one.DisposeAsync();
            throw;
        }
    }

    /// <summary>Options for both hosts, or for some.</summary>
    public NexusOptions Options(FallbackMode fallback, params TcpProxy[] hosts) => new()
    {
        Database = Url(hosts.Length == 0 ? [ToOne, ToOther] : hosts),
        DataFolder = Folder,
        Fallback = fallback,
        FallbackAfter = TimeSpan.FromSeconds(2),
        Keys = _key,
        MinPoolSize = 3,
        MaxPoolSize = 8,
    };

    public static string Url(params TcpProxy[] hosts) =>
        $"postgres://postgres@{string.Join(',', hosts.Select(host => $"127.0.0.1:{host.Port}"))}/{Database}?sslmode=disable";

    /// <summary>Waits until the standby has everything.</summary>
    public async Task CatchUpAsync()
    {
        var at = await AskAsync<string>(One, "SELECT pg_current_wal_lsn()::text");
        await Eventually.TrueAsync(async () => await AskAsync<bool>(Other, $"SELECT pg_last_wal_replay_lsn() >= '{at}'::pg_lsn"));
    }

    /// <summary>Asks one of the servers directly.</summary>
    public static async Task<T> AskAsync<T>(PostgresCluster server, string sql, string user = "postgres")
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(Database, user) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The ids of the sessions on one of the servers.</summary>
    public static async Task<HashSet<string>> ChatsAsync(PostgresCluster server) =>
        [.. (await AskAsync<string[]>(server, "SELECT coalesce(array_agg(chat_id), '{}') FROM sessions"))];

    public async ValueTask DisposeAsync()
    {
        await ToOne.DisposeAsync();
        await ToOther.DisposeAsync();
        await Other.DisposeAsync();
        await One.DisposeAsync();
        _folders.Dispose();
    }
}
