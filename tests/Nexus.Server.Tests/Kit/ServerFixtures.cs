using Nexus.StoreContract;

[assembly: AssemblyFixture(typeof(Nexus.Server.Tests.Kit.EmbeddedServer))]
[assembly: AssemblyFixture(typeof(Nexus.Server.Tests.Kit.PostgresServer))]

namespace Nexus.Server.Tests.Kit;

/// <summary>One server that the tests of a store share; each test has chats of its own.</summary>
public abstract class SharedServer : IAsyncLifetime
{
    private RunningServer? _server;

    public RunningServer Server => _server!;

    /// <summary>Sees no secrets.</summary>
    public ApiClient Bot { get; private set; } = null!;

    /// <summary>A bot that sees secrets.</summary>
    public ApiClient Trusted { get; private set; } = null!;

    public ApiClient Admin => Server.Admin;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(await CreateHomeAsync());
        Bot = await _server.CallerAsync("bot");
        Trusted = await _server.CallerAsync("bot", "secrets");
    }

    public async ValueTask DisposeAsync()
    {
        Bot.Dispose();
        Trusted.Dispose();
        await Server.DisposeAsync();
    }

    protected abstract Task<StoreHome> CreateHomeAsync();
}

public sealed class EmbeddedServer : SharedServer
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresServer : SharedServer
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

/// <summary>Ids that no other test uses.</summary>
public static class TestChats
{
    private static long _last = 1_000_000;

    public static string Next() => Interlocked.Increment(ref _last).ToString();
}

/// <summary>Masks as answers show them.</summary>
internal static class Masks
{
    /// <summary>A text with bare stars for its masks.</summary>
    public static string WithoutTags(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\*{8}[A-Za-z0-9_-]{22}", "********");
}
