using System.Globalization;
using Nexus.Failover;
using Nexus.Operations.Backup;
using Nexus.Operations.Keys;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Recovery;

/// <summary>Accidents of a whole server, and the way back by the runbook: with Debian's PostgreSQL and pgBackRest, as an operator types it.</summary>
public sealed class PointInTimeTests(PointInTimeTests.Machine machine) : IClassFixture<PointInTimeTests.Machine>
{
    private static readonly Runbook Steps = Runbook.Read("docs/recovery.md");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deleted_trades_come_back_up_to_the_second_before_the_accident()
    {
        Skip();
        var trades = await machine.TradeAsync(TimeSpan.FromSeconds(2));
        var accident = trades[^1].Begun;
        await machine.SqlAsync("DELETE FROM trades", "DELETE FROM sessions", "DELETE FROM users");
        Assert.Equal(0, await machine.CountAsync());
        var second = accident.AddSeconds(-1);

        await RunAsync("postgres: stop");
        await RunAsync("postgres: restore to a time", ("2026-11-29 14:03:21+00", $"{second:yyyy-MM-dd HH:mm:ss.ffffff}+00"));
        var lost = await LostAsync(accident);
        Assert.True(lost >= TimeSpan.FromSeconds(1), $"{lost}");

        await using (var db = await NexusDb.OpenAsync(machine.Options()))
        {
            var stored = await machine.StoredAsync(db);
            Assert.All(trades.Where(trade => trade.Acknowledged <= second), trade => Assert.Contains(trade.Id, stored));
            Assert.All(trades.Where(trade => trade.Begun > second), trade => Assert.DoesNotContain(trade.Id, stored));
            Assert.Contains(trades, trade => trade.Acknowledged <= second);
            Assert.Contains(trades, trade => trade.Begun > second);
            Assert.Equal("key-of-1", (await db.Sessions.GetAsync(1, Token))!.ApiKey!.Reveal());
            // It takes writes again.
            await db.Trades.OpenAsync(Machine.Trade(), Token);
        }
        await RunAsync("nexus: check");
        await RunAsync("postgres: full backup");
        Directory.Delete(machine.Cluster["data/main.before"], recursive: true);
    }

    [Fact]
    public async Task A_lost_machine_costs_what_was_not_archived()
    {
        Skip();
        var before = await machine.TradeAsync(TimeSpan.FromSeconds(0.5));
        await machine.ArchiveAsync();
        var after = await machine.TradeAsync(TimeSpan.FromSeconds(0.5));
        await machine.Cluster.KillAsync();
        var accident = after[^1].Acknowledged;
        Directory.Delete(machine.Cluster.DataFolder, recursive: true);
        File.Delete(machine.Cluster["etc/15/main/conf.d/nexus-archive.conf"]);

        await RunAsync("postgres: restore everything");
        var lost = await LostAsync(accident);
        await using (var db = await NexusDb.OpenAsync(machine.Options()))
        {
            var stored = await machine.StoredAsync(db);
            Assert.All(before, trade => Assert.Contains(trade.Id, stored));
            // No gap: of the trades after the last archived segment, the first ones or none.
            var kept = after.TakeWhile(trade => stored.Contains(trade.Id)).Count();
            Assert.Equal(kept, after.Count(trade => stored.Contains(trade.Id)));
            Assert.True(lost <= accident - before[^1].Begun, $"{lost}");
        }
        await RunAsync("nexus: check");
    }

    [Fact]
    public async Task The_status_finds_a_gap_a_failing_archive_and_a_late_base_backup()
    {
        Skip();
        await machine.ArchiveAsync();
        Assert.Empty(await FindingsAsync());
        Assert.Equal([BackupFindingCodes.BaseLate], await FindingsAsync(new() { MaxAge = TimeSpan.FromMilliseconds(1) }));

        // Three segments, of which the second gets lost.
        for (var i = 0; i < 3; i++) await machine.ArchiveAsync();
        var lost = Directory.GetFiles(machine.Cluster["repo/archive"], "*.gz", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).ToList()[^2];
        File.Move(lost, machine.Cluster["lost"]);
        Assert.Equal([BackupFindingCodes.ArchiveGap], await FindingsAsync());
        File.Move(machine.Cluster["lost"], lost);
        Assert.Empty(await FindingsAsync());

        await machine.SqlAsync("ALTER SYSTEM SET archive_command = $$false$$", "SELECT pg_reload_conf()");
        var waiting = new BackupExpectations { MaxArchiveLag = TimeSpan.FromMilliseconds(1) };
        for (var i = 0; i < 2; i++) await machine.SqlAsync("SELECT pg_switch_wal(), txid_current()", "SELECT txid_current()");
        await Eventually.TrueAsync(async () => (await FindingsAsync(waiting)).Contains(BackupFindingCodes.ArchiveFailing));
        Assert.Equal([BackupFindingCodes.ArchiveFailing, BackupFindingCodes.ArchiveLate], await FindingsAsync(waiting));
        await machine.SqlAsync("ALTER SYSTEM RESET archive_command", "SELECT pg_reload_conf()");
        await machine.ArchiveAsync();
        Assert.Empty(await FindingsAsync(waiting));

        await machine.SqlAsync("ALTER SYSTEM SET archive_timeout = 0", "SELECT pg_reload_conf()");
        Assert.Equal([BackupFindingCodes.ArchiveLate], await FindingsAsync());
        await machine.SqlAsync("ALTER SYSTEM RESET archive_timeout", "SELECT pg_reload_conf()");

        var shown = await RunbookShell.RunAsync(
            "nexus backup status --pgbackrest-stanza nexus || true", machine.Cluster["log"], machine.Variables());
        Assert.True(shown.Contains("base ", StringComparison.Ordinal), shown);
        Assert.Matches("base +[0-9]{8}-[0-9]{6}F \\(full\\) of 2", shown);
        Assert.Matches("WAL +[0-9A-F]{24} archived 2", shown);
        Assert.DoesNotContain("wal_archive", shown, StringComparison.Ordinal);
    }

    /// <summary>The findings about pgBackRest: there are no dumps here.</summary>
    private async Task<string[]> FindingsAsync(BackupExpectations? expectations = null)
    {
        var options = new BackupOptions { Target = machine.Cluster["target"], PgBackRestStanza = "nexus", PgBackRest = machine.Program };
        var status = await new BackupCatalog(machine.Options(), options, TimeProvider.System, expectations).ReadAsync(Token);
        Assert.NotEmpty(status.PointInTime!.BaseBackups);
        return [.. status.Findings.Where(finding => finding.Code != BackupFindingCodes.Missing).Select(finding => finding.Code)];
    }

    private async Task<TimeSpan> LostAsync(DateTimeOffset accident)
    {
        var output = await RunAsync("postgres: wait");
        var restored = DateTimeOffset.Parse(output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var lost = accident - restored;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"accident at {accident:HH:mm:ss.fff}, restored to {restored.ToUniversalTime():HH:mm:ss.fff}: {lost.TotalSeconds:0.000} s are lost");
        return lost;
    }

    private Task<string> RunAsync(string name, params (string Shown, string Real)[] values) => machine.RunAsync(Steps, name, values);

    private static void Skip()
    {
        if (!DebianCluster.IsInstalled) Assert.Skip("pgBackRest or Debian's PostgreSQL 15 is not installed");
    }

    /// <summary>A server that was set up as deploy/pgbackrest/README.md says, with a store.</summary>
    public sealed class Machine : IAsyncLifetime
    {
        private readonly string _key = KeyMaintenance.Generate();

        private readonly TempFolder _data = new("nexus");

        internal DebianCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            if (!DebianCluster.IsInstalled) return;
            Cluster = await DebianCluster.CreateAsync(Path.Combine(Runbook.Root, "deploy"));
            var setup = Runbook.Read("deploy/pgbackrest/README.md");
            foreach (var file in Directory.GetFiles(Cluster["deploy/pgbackrest"], "*.conf"))
                await File.WriteAllTextAsync(file, Cluster.Substitute(await File.ReadAllTextAsync(file)));
            await RunAsync(setup, "postgres: install", [], "deploy/pgbackrest");
            await Cluster.RunAsync("createdb nexus");
            await using (var db = await NexusDb.OpenAsync(Options())) await Keys.KeyRotationTests.FillAsync(db, sessions: 20);
            var output = await RunAsync(setup, "postgres: first backup", []);
            await File.WriteAllTextAsync(Program, $"#!/bin/sh\nexec {DebianCluster.Program} --config='{Cluster.Configuration}' \"$@\"\n");
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Assert.Contains("status: ok", output, StringComparison.Ordinal);
            Assert.DoesNotContain("CHANGE-ME", await File.ReadAllTextAsync(Cluster.Configuration), StringComparison.Ordinal);
        }

        internal NexusOptions Options() => new()
        {
            Database = Cluster.Url("nexus"),
            DataFolder = _data.Path,
            Keys = _key,
            Fallback = FallbackMode.ReadWrite,
        };

        internal Task<string> RunAsync(Runbook runbook, string name, (string Shown, string Real)[] values, string folder = "")
        {
            var commands = runbook[name];
            foreach (var (shown, real) in values)
            {
                Assert.Contains(shown, commands, StringComparison.Ordinal);
                commands = commands.Replace(shown, real, StringComparison.Ordinal);
            }
            return name.StartsWith("postgres: ", StringComparison.Ordinal)
                ? Cluster.RunAsync(Cluster.Substitute(commands), folder)
                : RunbookShell.RunAsync(commands, _data.Path, Variables());
        }

        /// <summary>The environment of the bot.</summary>
        internal Dictionary<string, string?> Variables() => new()
        {
            ["DATABASE_URL"] = Cluster.Url("nexus"),
            ["NEXUS_KEYS"] = _key,
            ["NEXUS_DATA"] = _data.Path,
            ["PGBACKREST_CONFIG"] = Cluster.Configuration,
        };

        /// <summary>pgBackRest with the configuration of this machine.</summary>
        internal string Program => _data["pgbackrest"];

        /// <summary>Opens trades one after the other for a while.</summary>
        internal async Task<List<(Guid Id, DateTimeOffset Begun, DateTimeOffset Acknowledged)>> TradeAsync(TimeSpan duration)
        {
            var trades = new List<(Guid Id, DateTimeOffset Begun, DateTimeOffset Acknowledged)>();
            await using var db = await NexusDb.OpenAsync(Options());
            while (trades.Count < 10 || trades[^1].Begun - trades[0].Acknowledged < duration)
            {
                var begun = DateTimeOffset.UtcNow;
                var stored = await db.Trades.OpenAsync(Trade(), Token);
                trades.Add((stored.Trade.Id, begun, DateTimeOffset.UtcNow));
            }
            return trades;
        }

        internal static Trade Trade() => new() { ChatId = 7, Symbol = "BTCUSDT", Side = TradeSide.Long, EntryPrice = 100, Quantity = 1 };

        internal async Task<HashSet<Guid>> StoredAsync(NexusDb db)
        {
            var stored = new HashSet<Guid>();
            await foreach (var trade in db.Trades.ListAsync(new TradeFilter { ChatId = 7 }, Token)) stored.Add(trade.Id);
            return stored;
        }

        internal async Task<int> CountAsync() =>
            int.Parse(await SqlAsync("SELECT count(*) FROM trades"), CultureInfo.InvariantCulture);

        /// <summary>As <c>archive_timeout</c> does after a minute.</summary>
        internal async Task ArchiveAsync()
        {
            var segment = (await SqlAsync("SELECT txid_current()", "SELECT pg_walfile_name(pg_switch_wal())")).Trim().Split('\n')[^1];
            await Eventually.TrueAsync(async () => string.CompareOrdinal(
                (await SqlAsync("SELECT last_archived_wal FROM pg_stat_archiver")).Trim(), segment) >= 0);
        }

        /// <summary>Runs statements as the superuser, each in a transaction of its own.</summary>
        internal Task<string> SqlAsync(params string[] statements) => Cluster.RunAsync(
            $"psql -v ON_ERROR_STOP=1 -qAt -d nexus {string.Join(' ', statements.Select(statement => $"-c '{statement}'"))}");

        public async ValueTask DisposeAsync()
        {
            if (Cluster is not null) await Cluster.DisposeAsync();
            _data.Dispose();
        }
    }
}
