using Nexus.Chats;
using Nexus.Json;
using Nexus.Sessions;

namespace Nexus.Bench;

/// <summary>
/// Alternating reads and saves of a session, through the library and over HTTP with keep-alive connections. Generator, server and database share the
/// processors.
/// </summary>
internal static class HttpBenchmark
{
    private const int Callers = 256;
    private const int SessionsEach = 10;

    public static async Task RunAsync(string? url, TimeSpan duration)
    {
        await using var database = await BenchDatabase.OpenAsync(url);
        await using var nexus = await database.OpenNexusAsync();
        await nexus.Sessions.SaveBatchAsync([.. Enumerable.Range(0, Callers * SessionsEach).Select(n => Workload.Session(n))]);
        await using var server = await BenchServer.StartAsync(database);
        var address = server.Address;
        var callers = Enumerable.Range(0, Callers).Select(
            caller => new HttpCaller(address, server.AdminKey, [.. Enumerable.Range(caller * SessionsEach, SessionsEach)])).ToArray();
        foreach (var caller in callers) await caller.Connection.ConnectAsync(address);

        Figures.Begin(
            $"alternating session GET and PUT, {Callers} callers or connections, median of {Measure.Rounds} rounds of {duration.TotalSeconds:0} s");
        var figures = await Measure.RoundsAsync(
            duration,
            ("library", Library(nexus)),
            (
                "HTTP",
                time =>
                    Task.Factory.StartNew(
                        () => HttpLoad.Run(callers, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        figures[^1].Compare(figures.AsSpan(..^1));
        foreach (var caller in callers) await VerifyAsync(nexus, caller.LastSave);

        foreach (var caller in callers) caller.Dispose();
    }

    /// <summary>The same work as <see cref="HttpCaller"/>, with equally cheap contents.</summary>
    private static Func<TimeSpan, Task<IEnumerable<long>>> Library(NexusDb nexus)
    {
        var chats = Enumerable.Range(0, Callers * SessionsEach).Select(n => ChatId.Parse(Workload.ChatId(n))).ToArray();
        var configs = chats.Select((_, n) => Workload.Config(n, Workload.FirstRevision)).ToArray();
        var sessions = chats.Select(
            (chat, n) => new Session(chat, Workload.SecretText(n, "key"), Workload.SecretText(n, "secret"), StateJson.Parse(configs[n]))).ToArray();
        return Measure.Callers(Callers, async (caller, turn) =>
        {
            var n = (caller * SessionsEach) + (turn % SessionsEach);
            if (turn % 2 == 0)
            {
                _ = await nexus.Sessions.GetAsync(chats[n]);
                return;
            }
            // No save of the session is in flight that would see the change: its only caller has awaited it.
            Workload.SetRevision(configs[n], turn);
            await nexus.Sessions.SaveAsync(sessions[n]);
        });
    }

    /// <summary>Verifies that the database has what was acknowledged over HTTP.</summary>
    private static async Task VerifyAsync(NexusDb nexus, (int Session, int Revision) saved)
    {
        var stored = await nexus.Sessions.GetAsync(ChatId.Parse(Workload.ChatId(saved.Session)));
        var revision = stored!.Config.Root.GetProperty("revision").GetInt32();
        if (revision != saved.Revision)
            throw new InvalidOperationException($"session {saved.Session} has the revision {revision} instead of {saved.Revision}");
    }
}
