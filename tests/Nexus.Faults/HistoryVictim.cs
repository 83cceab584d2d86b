using System.Globalization;
using System.Text;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Trades;

namespace Nexus.Faults;

/// <summary>
/// One of several instances on a database. Its callers say when each call begins and how it ends, with the machine's monotonic time, so that the
/// parent process can judge the history. On end of input it stops, waits until its outbox is empty, and says <c>drained</c>.
/// </summary>
/// <remarks>
/// Lines: <c>b CALL KIND KEY VALUE REPLACED AT</c> a call begins; <c>e CALL RESULT VALUE VERSION AT</c> it ended; <c>x KEY</c> a write of that record
/// is a conflict or in quarantine. Kinds are save, save-if, read, add, open, extend, look and lease. Each line ends with a full stop, so that one
/// that was cut off is seen to be.
/// </remarks>
internal sealed class HistoryVictim(NexusDb db, TextWriter output, int instance, int first)
{
    public const string Space = "history";
    public const string Members = "members";
    public const long User = 1;

    private static readonly string[] Registers = ["r0", "r1", "r2"];

    private readonly CancellationTokenSource _stop = new();
    private int _calls = first;

    public static async Task<int> RunAsync(string database, string folder, string keys, string mode, int instance, int first)
    {
        await using var lines = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        await using var output = TextWriter.Synchronized(lines);
        var options = new NexusOptions
        {
            Database = database,
            DataFolder = folder,
            Keys = keys,
            Fallback = FallbackModes.Parse("mode", mode),
            FallbackAfter = TimeSpan.FromSeconds(2),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            MaxPoolSize = 6,
            FallbackWithoutCopy = true,
        };
        await using var db = await NexusDb.OpenAsync(options);
        var victim = new HistoryVictim(db, output, instance, first);
        await output.WriteLineAsync("open .");
        var working = Task.WhenAll([.. Enumerable.Range(1, 3).Select(client => victim.WorkAsync(client)), victim.LeadAsync()]);
        await Console.In.ReadToEndAsync();
        await victim._stop.CancelAsync();
        await working;
        await victim.DrainAsync();
        return 0;
    }

    private async Task WorkAsync(int client)
    {
        var random = new Random((instance * 1000) + client + Volatile.Read(ref _calls));
        while (!_stop.IsCancellationRequested)
        {
            var register = Registers[random.Next(Registers.Length)];
            await (random.Next(10) switch
            {
                0 or 1 => SaveAsync(register),
                2 or 3 => SaveIfAsync(register),
                4 or 5 => ReadAsync(register),
                6 => AddAsync(),
                7 => OpenAsync(),
                8 => ExtendAsync(),
                _ => LookAsync(),
            });
            await Task.Delay(random.Next(40), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task SaveAsync(string key) => CallAsync("save", key, null, async value => Of(await db.State.SaveAsync(Space, key, Tagged(value))));

    private async Task SaveIfAsync(string key)
    {
        if (await ReadAsync(key) is not var (value, version)) return;
        await CallAsync("save-if", key, value, async tag => Of(await db.State.SaveAsync(Space, key, Tagged(tag), expectedVersion: version)));
    }

    /// <returns>Null if it failed. The value is null where the replica served it.</returns>
    private async Task<(long? Value, long Version)?> ReadAsync(string key)
    {
        (long? Value, long Version)? read = null;
        await CallAsync("read", key, null, async _ =>
        {
            var source = AnswerSource.Begin();
            var entry = await db.State.GetAsync(Space, key);
            var value = entry is null ? 0 : entry.Value.Root.GetProperty("tag").GetInt64();
            read = (source.Replica is null ? value : null, entry?.Version ?? 0);
            return (source.Replica is null ? "read" : "replica", value, entry?.Version ?? 0);
        });
        return read;
    }

    private Task AddAsync() => CallAsync("add", Members, null, async value =>
        Of(await db.State.PatchAsync(Space, Members, StateJson.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"m{{value}}":1}""")))));

    private Task OpenAsync() => CallAsync("open", "trades", null, async value => Of((await db.Trades.OpenAsync(new Trade
    {
        Id = new Guid((int)value, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1),
        ChatId = User,
        Symbol = "BTCUSDT",
        Side = TradeSide.Long,
        EntryPrice = 100m,
        Quantity = 1m,
        EntryTimestamp = new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero),
    })).Receipt));

    private Task ExtendAsync() => CallAsync("extend", "user", null, async _ => Of(await db.Users.ExtendAsync(User, days: 1)));

    /// <summary>Served from memory where that is proven to be current.</summary>
    private Task LookAsync() => CallAsync("look", "user", null, async _ =>
    {
        var source = AnswerSource.Begin();
        var user = await db.Users.GetAsync(User);
        return (source.Replica is null ? "read" : "replica", 0, user?.Version ?? 0);
    });

    /// <summary>Takes the lease and gives it up again, or lets it expire.</summary>
    private async Task LeadAsync()
    {
        var random = new Random(instance + Volatile.Read(ref _calls));
        while (!_stop.IsCancellationRequested)
        {
            var milliseconds = random.Next(200, 1500);
            await CallAsync("lease", "leader", milliseconds, async _ =>
            {
                var lease = await db.Leases!.TryTakeAsync("leader", $"{instance}", TimeSpan.FromMilliseconds(milliseconds));
                return (lease is null ? "refused" : "committed", 0, lease?.Epoch ?? 0);
            });
            await Task.Delay(random.Next(100, 700), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CallAsync(string kind, string key, long? replaced, Func<long, Task<(string Result, long Value, long Version)>> call)
    {
        var number = Interlocked.Increment(ref _calls);
        await SayAsync($"b {number} {kind} {key} {number} {(replaced is { } old ? old.ToString(CultureInfo.InvariantCulture) : "-")} {Now}");
        string result;
        var (value, version) = (0L, 0L);
        try
        {
            (result, value, version) = await call(number);
        }
        catch (UnknownOutcomeException)
        {
            result = "unknown";
        }
        catch (NexusException error)
        {
            result = $"refused-{error.Code}";
        }
        await SayAsync($"e {number} {result} {value} {version} {Now}");
    }

    private async Task DrainAsync()
    {
        if (db.Outbox is { } outbox)
        {
            while (outbox.Status is { IsLocal: true } or { Pending: > 0 }) await Task.Delay(50);
            foreach (var conflict in await outbox.ListConflictsAsync()) await SayAsync($"x {conflict.RecordId}");
            foreach (var write in await outbox.ListQuarantinedAsync()) await SayAsync($"x {write.RecordId}");
        }
        await SayAsync("drained");
    }

    private static string Now =>
        (TimeProvider.System.GetTimestamp() / (TimeProvider.System.TimestampFrequency / 1_000_000)).ToString(CultureInfo.InvariantCulture);

    private Task SayAsync(string line) => output.WriteLineAsync($"{line} .");

    private static StateJson Tagged(long value) => StateJson.Parse(string.Create(CultureInfo.InvariantCulture, $$"""{"tag":{{value}}}"""));

    private static (string Result, long Value, long Version) Of(WriteReceipt receipt) =>
        (receipt.IsSpooled ? "spooled" : "committed", 0, receipt.Version);
}
