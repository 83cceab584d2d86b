using System.Globalization;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Faults.Tests.Soak;

/// <summary>
/// <c>./test --soak H</c>: three instances under the load of a bot for hours, with a fault each minute. Nothing is lost and nothing grows.
/// </summary>
public sealed class SoakTests
{
    private static readonly TimeSpan BetweenFaults = TimeSpan.FromMinutes(1);

    [Fact(Explicit = true)]
    public async Task Nothing_is_lost_and_nothing_grows()
    {
        var length = TimeSpan.FromHours(double.Parse(Setting("NEXUS_SOAK_HOURS") ?? "0.1", CultureInfo.InvariantCulture));
        var seed = int.TryParse(Setting("NEXUS_FAULT_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given
            : Random.Shared.Next(1, 1_000_000_000);
        var keys = KeyRing.GenerateKey();
        var ledger = new AckLedger();
        using var folder = new TempFolder("soak");
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions
        {
            Settings = new Dictionary<string, string> { ["autovacuum_naptime"] = "10s", ["max_wal_size"] = "256MB", ["checkpoint_timeout"] = "60s" },
        });
        await CreateDatabaseAsync(cluster);
        await using var network = new TcpProxy(cluster.Host, cluster.Port);
        await using SoakInstance first = New(1, cluster.Url("bot")), second = New(2, cluster.Url("bot", port: network.Port)),
            third = New(3, cluster.Url("bot"));
        SoakInstance[] instances = [first, second, third];
        // The third is killed, the others live as long as the run, so that their memory shows a trend.
        var measures = new SoakMeasures(cluster, ledger, instances, killed: third.Number);
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        foreach (var instance in instances)
        {
            await instance.StartAsync();
            instance.Measured += (calls, median, slow) => measures.TakeCalls(Seconds(), instance.Number, calls, median, slow);
        }

        var faults = new SoakFaults(cluster, network, second, third, new Random(seed));
        List<(double At, string Name)> happened = [];
        var fault = Task.CompletedTask;
        var every = TimeSpan.FromSeconds(Math.Clamp(length.TotalSeconds / 300, 2, 15));
        var nextFault = BetweenFaults / 2;
        try
        {
            while (clock.GetElapsedTime(started) is var elapsed && elapsed < length)
            {
                foreach (var instance in instances) instance.CheckRuns();
                await measures.TakeAsync(Seconds());
                if (elapsed >= nextFault && fault.IsCompleted && length - elapsed > BetweenFaults / 2)
                {
                    await fault;
                    var (name, run) = faults.Next();
                    happened.Add((Seconds(), name));
                    fault = run();
                    nextFault += BetweenFaults;
                }
                await Task.Delay(every);
            }
            await fault;
            foreach (var instance in instances) await instance.FinishAsync();
        }
        catch
        {
            // What was measured in an hour is worth more than the fault that ended it.
            await ReportAsync(string.Create(CultureInfo.InvariantCulture,
                $"seed {seed}: ended after {Seconds() / 3600:0.##} h of {length.TotalHours:0.##} h, {happened.Count} faults, ")
                + string.Create(CultureInfo.InvariantCulture, $"{ledger.Acknowledged} acknowledged writes"));
            throw;
        }

        var losses = await FaultVerdict.FindLossesAsync(cluster, ledger);
        var rising = measures.All.Where(measure => measure.Trend is { IsUpwards: true }).ToList();
        var summary = string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: {length.TotalHours:0.##} h, {happened.Count} faults, {ledger.Acknowledged} acknowledged writes, {losses.Count} lost, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{measures.All.Count(measure => measure.Trend is not null)} measures, {rising.Count} rising");
        await ReportAsync(summary);
        Assert.True(losses.Count == 0, $"{summary}\n{string.Join('\n', losses.Take(50))}");
        Assert.True(rising.Count == 0, summary + "\n" + string.Join('\n', rising.Select(measure => string.Create(CultureInfo.InvariantCulture,
            $"{measure.Chart}, {measure.Name}: rose by {measure.Trend!.Rise:0.##} {measure.Unit}, allowed {measure.Trend.Allowed:0.##}"))));
        Assert.True(happened.Count > 0 && ledger.Acknowledged > 1000, summary);

        async Task ReportAsync(string text)
        {
            if (Setting("NEXUS_SOAK_RESULTS") is not { } results) return;
            await SoakReport.WriteAsync(results, measures.All, happened, text);
            await File.WriteAllTextAsync(Path.Combine(results, "summary.txt"), text + "\n");
        }

        double Seconds() => clock.GetElapsedTime(started).TotalSeconds;
        SoakInstance New(int number, string url) => new(number, url, folder[number.ToString(CultureInfo.InvariantCulture)], keys, ledger);
    }

    private static async Task CreateDatabaseAsync(PostgresCluster cluster)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(cluster.ConnectionString() + ";Pooling=false");
        await using var command = source.CreateCommand("CREATE DATABASE bot");
        await command.ExecuteNonQueryAsync();
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
