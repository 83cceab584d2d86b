using System.Text;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Trades;

namespace Nexus.LoadTest;

/// <summary>The library's public API, as a bot would call it.</summary>
internal sealed class NexusClient(NexusDb db, int users) : IBenchClient
{
    private readonly int[] _patched = new int[users];

    public async Task CheckAccessAsync(int user)
    {
        var access = await db.Users.CheckAccessAsync(ChatId.Parse(BenchData.ChatId(user))).ConfigureAwait(false);
        if (!access.Allowed) throw new InvalidOperationException($"the access check returned {access.Role}");
    }

    public async Task ReadSessionAsync(int user)
    {
        var session = await db.Sessions.GetAsync(ChatId.Parse(BenchData.ChatId(user))).ConfigureAwait(false)
            ?? throw new InvalidOperationException("the session is missing");
        if (session.ApiKey is null) throw new InvalidOperationException("the API key is missing");
    }

    public Task SaveSessionAsync(int user, int revision) => db.Sessions.SaveAsync(BenchData.Session(user, revision, _patched[user]));

    public Task PatchConfigAsync(int user, int revision)
    {
        _patched[user] = revision;
        return db.Sessions.PatchConfigAsync(
            ChatId.Parse(BenchData.ChatId(user)), StateJson.Parse(Encoding.UTF8.GetBytes($$"""{"patched":{{revision}}}""")));
    }

    public Task OpenTradeAsync(Trade trade) => db.Trades.OpenAsync(trade);

    public Task ToggleAsync(int user, bool enabled) => db.BotState.SetStrategyAsync(BenchData.Strategy(user), enabled);

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
