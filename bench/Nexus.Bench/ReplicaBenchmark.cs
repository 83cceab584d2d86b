using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Nexus.Failover;
using Nexus.TestKit;

namespace Nexus.Bench;

/// <summary>
/// The local replica of the fallback: its first copy, a start that compares it, and a start that copies everything again, as versions before 0037
/// did.
/// </summary>
internal static class ReplicaBenchmark
{
    public static async Task RunAsync(string? url, int sessions)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        using var folder = new TempFolder("replica");
        await (await database.OpenNexusAsync()).DisposeAsync();
        await LargeDatabase.FillAsync(database.Raw, sessions);
        Console.WriteLine($"  {sessions:N0} sessions, as many users and trades");
        Console.WriteLine("  start                             complete after s    processor s    records read    against all again");
        var first = await FollowAsync(database, folder.Path);
        Print("first copy", first, null);
        // Settled only when the process runs for half a minute: the horizon then covers the copy.
        var nothing = await FollowAsync(database, folder.Path, settle: TimeSpan.FromSeconds(35));
        await LargeDatabase.RunAsync(
            database.Raw, $"UPDATE sessions SET config = config || '{{\"changed\": 1}}', version = version + 1 WHERE hashtext(chat_id) % 100 = 0");
        var some = await FollowAsync(database, folder.Path);
        await ForgetAsync(folder.Path);
        var again = await FollowAsync(database, folder.Path);
        Print("nothing changed", nothing, again);
        Print("1 % of the sessions changed", some, again);
        Print("all again", again, again);
    }

    private static void Print(string name, Cost cost, Cost? before) => Console.WriteLine(
        $"  {name,-34}{cost.Seconds,16:0.0} {cost.Processor,14:0.0} {cost.Records,15:N0}"
            + (before is null ? "" : $"    {before.Seconds / cost.Seconds,6:0.0}x time, {before.Processor / cost.Processor:0.0}x processor"));

    /// <summary>Starts the engine and waits until its replica is complete.</summary>
    private static async Task<Cost> FollowAsync(BenchDatabase database, string folder, TimeSpan settle = default)
    {
        var options = database.Options(folder);
        (options.Fallback, options.FallbackWithoutCopy) = (FallbackMode.ReadWrite, true);
        var (watch, processor) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        await using var nexus = await NexusDb.OpenAsync(options);
        while (nexus.Fallback is not { CopyProgress: 1, Staleness: { } age } || age > TimeSpan.Zero) await Task.Delay(20);
        var cost = new Cost(
            watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds, nexus.Fallback!.CopiedRecords);
        await Task.Delay(settle);
        return cost;
    }

    /// <summary>What is known of the copy is lost, so all of it is read again.</summary>
    private static async Task ForgetAsync(string folder)
    {
        await using var file = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "fallback.db"),
            Pooling = false,
        }.ToString());
        await file.OpenAsync();
        await using var command = new SqliteCommand("DELETE FROM nexus_meta WHERE name LIKE 'replica.%'", file);
        await command.ExecuteNonQueryAsync();
    }

    private sealed record Cost(double Seconds, double Processor, long Records);
}
