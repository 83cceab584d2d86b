using System.Text;
using Nexus.Chats;
using Nexus.Failover;
using Nexus.Json;
using Nexus.LoadTest;
using Nexus.Secrets;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Audit.Tests;

/// <summary>
/// What Nexus makes and asks of a database, judged by the checks of indexes, schema, security and durability; and the legacy's tables by the same.
/// </summary>
public sealed class NexusSchemaTests
{
    /// <summary>What is found and why it is no defect: docs/audit has each.</summary>
    private static readonly Dictionary<string, AuditSeverity> Documented = new()
    {
        ["I5"] = AuditSeverity.Low, // sessions by strategy: on a generated column, read when somebody lists by strategy
        ["J1"] = AuditSeverity.Low, // few keys, or generated columns take out what is asked for
        ["S1"] = AuditSeverity.Low, // the one role owns what it migrates
        ["S3"] = AuditSeverity.Low, // PostgreSQL's default rights of a new database
        ["S5"] = AuditSeverity.Info, // trust on loopback, as these tests run
        ["S7"] = AuditSeverity.Info, // one role, whose statements name the chat
        ["D1"] = AuditSeverity.Info, // of dumps the database knows nothing
    };

    [Fact]
    public async Task What_Nexus_makes_and_does_is_clean()
    {
        await using var audited = await AuditCase.CreateAsync();
        var role = await audited.CreateRoleAsync($"GRANT CREATE ON DATABASE {audited.Database.Name} TO {{0}}",
            "GRANT CREATE ON SCHEMA public TO {0}");
        var options = new NexusOptions
        {
            Database = audited.Database.Cluster.Url(audited.Database.Name, role),
            Keys = KeyRing.GenerateKey(),
            MinPoolSize = 0,
            MaxPoolSize = 4,
            Fallback = FallbackMode.Off
        };
        await using var db = await NexusDb.OpenAsync(options);
        await db.Sessions.SaveBatchAsync([.. Enumerable.Range(0, 1200).Select(user => BenchData.Session(user, 0, 0))]);
        for (var user = 0; user < 400; user++) await db.Users.SaveAsync(ChatId.Parse(BenchData.ChatId(user)), new UserChange { Days = 30 });
        await db.SystemConfig.SaveAsync("telegram_token", StateJson.Parse("\"123456789:AAAAAAAAAAAAAAAAAb-9999999999999999\""), "ana");
        await audited.Database.ExecuteAsync("ANALYZE");
        var revision = 0;

        var result = await audited.AuditAsync(async _ => await WorkAsync(db, Interlocked.Increment(ref revision)), TimeSpan.FromSeconds(2),
            only: [.. CheckCatalogue.All.Select(check => check.Id).Where(id => "IJSD".Contains(id[0], StringComparison.Ordinal))]);

        Assert.Equal(22, result.Checks.Count);
        foreach (var check in result.Checks)
        {
            var undocumented = check.Findings.Where(finding => !Documented.TryGetValue(check.Check.Id, out var worst) || finding.Severity > worst);
            Assert.True(!undocumented.Any(), string.Join("\n",
                undocumented.Select(finding => $"{check.Check.Id} {finding.Severity} {finding.Object}: {finding.Found.En}\n"
                    + string.Join("\n", finding.Evidence.Select(item => $"    {item.Name} {item.Number} {item.Words}")))));
        }
    }

    [Fact]
    public async Task The_legacy_s_tables_are_not()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE sessions (chat_id varchar(50) PRIMARY KEY, api_key text, api_secret text, config jsonb DEFAULT '{}'::jsonb,
                updated_at timestamp DEFAULT now());
            CREATE TABLE trade_journal (id serial PRIMARY KEY, chat_id varchar(50), symbol varchar(20), side varchar(10), strategy varchar(50),
                exchange varchar(50),
                entry_price numeric(20,8), exit_price numeric(20,8), quantity numeric(20,8), leverage integer DEFAULT 1, entry_time timestamp,
                    exit_time timestamp,
                pnl numeric(20,8), pnl_pct numeric(10,4), fees numeric(20,8) DEFAULT 0, slippage numeric(20,8) DEFAULT 0,
                    status varchar(20) DEFAULT 'OPEN', exit_reason varchar(100),
                metadata jsonb DEFAULT '{}'::jsonb, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
            CREATE INDEX config_gin ON sessions USING gin (config);
            CREATE INDEX by_time ON sessions (updated_at DESC);
            """);
        await audited.Database.ExecuteAsync(
            "INSERT INTO sessions SELECT 500000000 + i, md5(i::text) || md5((i + 1)::text), md5((i + 2)::text), "
            + "$1::text::jsonb FROM generate_series(1, 1200) i", BenchData.Config(1, 0, 0));
        await audited.Database.ExecuteAsync("ANALYZE");
        var revision = 0;
        var result = await audited.AuditAsync(async _ =>
        {
            var next = Interlocked.Increment(ref revision);
            await audited.Database.ExecuteAsync(
                "INSERT INTO sessions (chat_id, config, updated_at) VALUES ($1, $2::text::jsonb, now()) ON CONFLICT (chat_id) DO UPDATE SET config "
                + "= EXCLUDED.config, updated_at = EXCLUDED.updated_at",
                (500_000_001 + next % 1200).ToString(), BenchData.Config(1, next, 0));
            await audited.Database.QueryAsync<string>("SELECT chat_id FROM sessions WHERE config ->> 'mode' = $1", "AUTO");
        }, TimeSpan.FromSeconds(2), only: ["I5", "I6", "J1", "J2", "J4", "S4"]);
        foreach (var check in result.Checks)
        {
            // Its times have no zone, which is low; its money is numeric.
            var least = check.Check.Id == "J4" ? AuditSeverity.Low : AuditSeverity.Medium;
            Assert.True(check.Severity >= least, $"{check.Check.Id} is {check.Status}, {check.Severity}");
        }
    }

    private static async Task WorkAsync(NexusDb db, int revision)
    {
        var user = revision % 1200;
        await db.Sessions.SaveAsync(BenchData.Session(user, revision, 0));
        await db.Sessions.PatchConfigAsync(
            ChatId.Parse(BenchData.ChatId(user)), StateJson.Parse(Encoding.UTF8.GetBytes($$"""{"patched":{{revision}}}""")));
        await db.Users.CheckAccessAsync(ChatId.Parse(BenchData.ChatId(revision % 400)));
        await db.BotState.SetStrategyAsync($"U{revision % 10}", revision % 2 == 0);
        var trade = (await db.Trades.OpenAsync(BenchData.Trade(user, DateTimeOffset.UtcNow))).Trade;
        await db.Trades.CloseAsync(trade.Id, new TradeClose { ExitPrice = 65_500m, Fees = 0.1m, ExitReason = "TP" });
        await db.Trades.GetPerformanceAsync(ChatId.Parse(BenchData.ChatId(user)), 30);
        if (revision % 10 == 0) await foreach (var _ in db.Sessions.ListAsync("AUTO", limit: 10)) { }
    }
}
