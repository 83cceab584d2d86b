using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Faults;

/// <summary>
/// The engine under the load of many users, until it is killed or its input ends. What it is about to write and what was acknowledged it says on
/// its output, a line each, so that the parent process keeps the ledger. On end of input it stops its users, waits until PostgreSQL has
/// everything, and says <c>drained</c>.
/// </summary>
/// <remarks>
/// Lines: <c>S user n version</c> session saved with n, <c>P user n version</c> patched, <c>T id user</c> trade opened, <c>C id</c> closed, <c>e
/// user</c> about to extend the subscription by a day, <c>E user</c> extended, <c>X reason</c> refused. Each ends with a full stop, so that a line
/// that was cut off is seen to be. Of several instances, each has users of its own from <c>from-user=N</c> on and no fallback
/// (<c>without-fallback</c>); with <c>reads</c>, they check access and read the session before each write; with <c>latencies</c>, each second has a
/// line <c>l calls p50 p99</c>, the times of its writes in microseconds.
/// </remarks>
internal sealed class UserVictim(NexusDb db, TextWriter output, int first, int pause, CallTimes? times, bool reads)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, bool> _refusals = new(StringComparer.Ordinal);

    public static async Task<int> RunAsync(string database, string folder, string keys, int users, int first, int pause,
        IReadOnlyCollection<string> words)
    {
        const string FromUser = "from-user=";
        var firstUser = words.FirstOrDefault(word => word.StartsWith(FromUser, StringComparison.Ordinal)) is { } from
            ? int.Parse(from[FromUser.Length..], CultureInfo.InvariantCulture) : 1;
        await using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(),
            new UTF8Encoding(false))
        { AutoFlush = true });
        var options = new NexusOptions
        {
            Database = database,
            DataFolder = folder,
            Keys = keys,
            FallbackAfter = TimeSpan.FromSeconds(2),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            MaxPoolSize = 10,
            FallbackWithoutCopy = true,
        };
        if (words.Contains("without-fallback")) options.Fallback = FallbackMode.Off;
        TimeProvider clock = words.Contains("clock-steps-back") ? new SteppingClock() : TimeProvider.System;
        await using var db = await NexusDb.OpenAsync(options, loggers: null, clock);
        var times = words.Contains("latencies") ? new CallTimes() : null;
        var victim = new UserVictim(db, output, first, pause, times, words.Contains("reads"));
        await output.WriteLineAsync("open .");
        var working = Task.WhenAll(Enumerable.Range(firstUser, users).Select(user => Task.Run(() => victim.WorkAsync(user)))
            .Append(times is null ? Task.CompletedTask : victim.TellTimesAsync(times)));
        await Console.In.ReadToEndAsync();
        await victim._stop.CancelAsync();
        await working;
        if (db.Outbox is null)
        {
            await output.WriteLineAsync("drained 0 0 .");
            return 0;
        }
        while (db.Outbox.Status is { IsLocal: true } or { Pending: > 0 }) await Task.Delay(50);
        var status = db.Outbox.Status;
        foreach (var conflict in await db.Outbox.ListConflictsAsync())
            await output.WriteLineAsync($"X conflict {conflict.Kind} {conflict.RecordId} kept {conflict.Kept}: {conflict.Reason}; spooled "
                + $"{conflict.Spooled.Version} at {conflict.SpooledAt:O}, stored {conflict.Stored?.Version} at {conflict.Stored?.At:O} .");
        foreach (var write in await db.Outbox.ListQuarantinedAsync())
            await output.WriteLineAsync($"X quarantined {write.Kind} {write.RecordId}: {write.Reason} .");
        await output.WriteLineAsync($"drained {status.Conflicts} {status.Quarantined} .");
        return 0;
    }

    private async Task WorkAsync(int user)
    {
        var random = new Random(user);
        var open = new Queue<Guid>();
        await TryAsync(async () =>
        {
            await db.Sessions.SaveAsync(SessionOf(user, first));
            // Only where PostgreSQL says that there is none: a copy that lags behind may not have the user yet, and a save of the whole record, being
            // newer, would undo extensions.
            if (!IsLocal && await db.Users.GetAsync(user) is null && !IsLocal)
                await db.Users.SaveAsync(user, new UserChange { Name = "Ada", ExpiresAt = new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        });
        for (var n = first + 1; !_stop.IsCancellationRequested; n++)
        {
            var number = n;
            if (reads) await TryAsync(() => ReadAsync(user));
            var before = TimeProvider.System.GetTimestamp();
            var isDone = await (random.Next(6) switch
            {
                0 => TryAsync(async () => await SayAsync($"S {user} {number} {(await db.Sessions.SaveAsync(SessionOf(user, number))).Version}")),
                1 or 2 =>
                    TryAsync(async () => await SayAsync($"P {user} {number} {(await db.Sessions.PatchConfigAsync(user, PatchOf(number))).Version}")),
                3 => TryAsync(() => OpenAsync(user, open)),
                4 when open.Count > 0 => TryAsync(() => CloseAsync(user, open.Dequeue())),
                5 => TryAsync(() => ExtendAsync(user)),
                _ => Task.FromResult(false),
            });
            if (isDone) times?.Add(TimeProvider.System.GetElapsedTime(before));
            await Task.Delay(random.Next(pause * 2), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellTimesAsync(CallTimes times)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(1000, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (calls, median, slow) = times.Take();
            await SayAsync(string.Create(CultureInfo.InvariantCulture, $"l {calls} {median} {slow}"));
        }
    }

    private bool IsLocal => db.Outbox is { Status.IsLocal: true };

    /// <summary>What a bot does on each message.</summary>
    private async Task ReadAsync(int user)
    {
        await db.Users.CheckAccessAsync(user);
        await db.Sessions.GetAsync(user);
    }

    private async Task OpenAsync(int user, Queue<Guid> open)
    {
        var (trade, _) = await db.Trades.OpenAsync(new Trade
        {
            Id = Guid.CreateVersion7(),
            ChatId = user,
            Symbol = "BTCUSDT",
            Side = TradeSide.Long,
            EntryPrice = 65_000.1m,
            Quantity = 0.015m,
            EntryTimestamp = TimeProvider.System.GetUtcNow(),
        });
        await SayAsync($"T {trade.Id} {user}");
        open.Enqueue(trade.Id);
    }

    private async Task CloseAsync(int user, Guid id)
    {
        await db.Trades.CloseAsync(id, new TradeClose { ExitPrice = 66_000m, Fees = 0.5m }, user);
        await SayAsync($"C {id}");
    }

    private async Task ExtendAsync(int user)
    {
        // Printed before the write: one whose response was lost with the process may have been applied.
        await SayAsync($"e {user}");
        await db.Users.ExtendAsync(user, 1);
        await SayAsync($"E {user}");
    }

    /// <returns>False if it was refused.</returns>
    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (NexusException error)
        {
            if (_refusals.TryAdd(error.Code + error.Message, true)) await SayAsync($"X {error.Code}: {error.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }

    private Task SayAsync(string line) => output.WriteLineAsync($"{line} .");

    private static Session SessionOf(int user, int n) => new(
        user, Secret.Of($"PLAIN-KEY-{user.ToString(CultureInfo.InvariantCulture)}-abcdefghijkl"),
        Secret.Of($"PLAIN-SECRET-{user.ToString(CultureInfo.InvariantCulture)}-mnopqrstuv"),
        StateJson.Parse($$"""{"mode":"PILOT","n":{{n}},"binance_api_secret":"PLAIN-INNER-{{user}}-wxyzabcdef"}"""));

    private static StateJson PatchOf(int n) => StateJson.Parse($$"""{"p":{{n}}}""");

    /// <summary>Jumps back an hour again and again, as a machine's clock that is set does; its timestamps go on.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private readonly long _started = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(-(int)(System.GetElapsedTime(_started).TotalSeconds / 2));
    }
}
