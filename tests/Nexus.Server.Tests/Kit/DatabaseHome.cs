using System.Globalization;
using Nexus.Failover;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Kit;

/// <summary>A server over a database that the test has made.</summary>
internal sealed class DatabaseHome(string url, FallbackMode mode = FallbackMode.ReadWrite) : StoreHome
{
    private static readonly string Key = Nexus.Secrets.KeyRing.GenerateKey();

    public override NexusOptions CreateOptions() =>
        new() { Database = url, Keys = Key, MinPoolSize = 1, ConnectTimeout = TimeSpan.FromSeconds(2), Fallback = mode };

    public override Task<byte[]> ReadEverythingAsync() => Task.FromResult<byte[]>([]);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
