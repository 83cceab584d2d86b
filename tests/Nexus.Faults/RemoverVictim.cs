using Nexus.Chats;
using Nexus.Failover;

namespace Nexus.Faults;

/// <summary>
/// An instance that says <c>open</c>, removes a user when it is given a line, says <c>removed</c>, and waits to be killed.
/// </summary>
internal static class RemoverVictim
{
    public static async Task<int> RunAsync(string database, string keys, string chat)
    {
        await using var db = await NexusDb.OpenAsync(new NexusOptions { Database = database, Keys = keys, Fallback = FallbackMode.Off });
        await Console.Out.WriteLineAsync("open");
        await Console.In.ReadLineAsync();
        await db.Users.DeleteAsync(ChatId.Parse(chat));
        await Console.Out.WriteLineAsync("removed");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
