using System.Diagnostics;
using Nexus.Chats;
using Nexus.Users;

namespace Nexus.Bench;

/// <summary>Access checks of chats in memory, and of chats that are not cached yet.</summary>
internal static class AccessBenchmark
{
    private const int Users = 200_000;
    private const int Callers = 1000;

    /// <summary>Rounds of the missed before those that count: the runtime compiles the code for speed meanwhile.</summary>
    private const int WarmUps = 10;

    private const int Rounds = 5;

    public static async Task RunAsync(string? url, TimeSpan duration)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync();
        await using (
            var fill = database.Raw.CreateCommand(
                "INSERT INTO users (chat_id, name) SELECT (100000000 + n)::text, 'bench' FROM generate_series(0, $1 - 1) n"))
        {
            fill.Parameters.Add(new Npgsql.NpgsqlParameter<int> { TypedValue = Users });
            await fill.ExecuteNonQueryAsync();
        }
        await using (var analyze = database.Raw.CreateCommand("ANALYZE users")) await analyze.ExecuteNonQueryAsync();
        var chats = Enumerable.Range(0, Users).Select(n => ChatId.Parse(Workload.ChatId(n))).ToArray();

        await CachedAsync(nexus, chats[0], TimeSpan.FromSeconds(1));
        Console.WriteLine($"access checks, {duration.TotalSeconds:0} s");
        Console.WriteLine($"  in memory, one thread    {await CachedAsync(nexus, chats[0], duration),12:0} /s");

        var rates = new List<double>();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            // A separate engine with an empty cache: each chat is checked once.
            await using var fresh = await database.OpenNexusAsync(Users);
            var next = -1;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                for (int n; (n = Interlocked.Increment(ref next)) < Users;)
                {
                    if (!(await fresh.Users.CheckAccessAsync(chats[n])).Allowed) throw new InvalidOperationException($"{chats[n]} was denied");
                }
            })));
            rates.Add(Users / watch.Elapsed.TotalSeconds);
        }
        Console.WriteLine($"  missed, {Callers} callers     {rates.Skip(WarmUps).Order().ElementAt(Rounds / 2),12:0} /s, the median of {Rounds} "
            + $"rounds over {Users} users; {rates[0]:0} /s in the first of the process");
    }

    private static async Task<double> CachedAsync(NexusDb nexus, ChatId chat, TimeSpan duration)
    {
        var count = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
        {
            for (var i = 0; i < 1000; i++, count++)
            {
                if (!(await nexus.Users.CheckAccessAsync(chat)).Allowed) throw new InvalidOperationException("denied");
            }
        }
        return count / watch.Elapsed.TotalSeconds;
    }
}
