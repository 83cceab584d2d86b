using System.Globalization;
using System.Text.RegularExpressions;
using Nexus.Operations.Tests.Recovery;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>
/// <c>clients/python/docs/moving-in.md</c> from its first step to its last, with the commands of the document: a bot of the audited kind moves in,
/// works, and goes back.
/// </summary>
public sealed partial class MovingInTests
{
    private const string Tasks = """
        CREATE TABLE scheduled_tasks (id serial PRIMARY KEY, user_id bigint, job_id varchar(100), action varchar(50), params jsonb,
            schedule_type varchar(20), schedule_value text, description text, next_run timestamp, is_active boolean DEFAULT true,
            created_at timestamp DEFAULT now());
        INSERT INTO scheduled_tasks (id, user_id, job_id, action, params, schedule_type, schedule_value, next_run) VALUES
            (41, 100, 'j', 'report', '{"a": 1}', 'cron', '30 9 * * 1-5', '2090-01-02 03:04:05'),
            (42, 100, 'k', 'once', '{}', 'date', '2090-02-03T04:05:06', '2090-02-03 04:05:06');
        CREATE TABLE strategy_calibration (id serial PRIMARY KEY, chat_id varchar(50), strategy varchar(50), symbol varchar(20),
            exchange varchar(20), confidence_threshold numeric(3,2), leverage_multiplier numeric(5,2), size_multiplier numeric(5,2),
            kelly_fraction numeric(5,4), win_rate_est numeric(5,4), risk_reward_est numeric(10,4), is_active boolean DEFAULT true);
        INSERT INTO strategy_calibration
            (chat_id, strategy, symbol, confidence_threshold, leverage_multiplier, size_multiplier, kelly_fraction)
            VALUES ('100', 'TREND', 'BTCUSDT', 0.8, 1.1, 1.25, 0.25);
        """;

    private const string Rows = """
        INSERT INTO users (id, chat_id, name, role, created_at) VALUES
            (1007, '100', 'Ada', 'user', '2025-01-01'), (1002, '200', 'Grace', 'admin', '2025-06-01');
        SELECT setval('users_id_seq', 1011);
        INSERT INTO bot_state (id, enabled_strategies, group_config) VALUES (1, '{"TREND": true}', '{"CRYPTO": true, "_AI_FILTER": false}');
        INSERT INTO trade_journal (chat_id, symbol, side, strategy, exchange, entry_price, quantity, entry_time, status) VALUES
            ('100', 'BTCUSDT', 'LONG', 'TREND', 'BINANCE', 65000.1, 0.3, '2026-01-05 10:00:00', 'OPEN');
        """;

    /// <summary>The bot, which knows nothing of Nexus: the import is the only line that changes.</summary>
    private const string Bot = """
        import json
        import database

        session = database.load_all_sessions()["100"]
        print("keys", session["api_key"], session["api_secret"], session["config"]["mode"])
        print("state", json.dumps(database.load_bot_state()["enabled_strategies"]))
        print("users", [(number, chat, name) for number, chat, name, *_ in database.get_all_system_users()])
        print("tasks", [(task["id"], task["schedule_value"]) for task in database.get_scheduled_tasks(100)])
        figures = database.calculate_performance_metrics("100", "BTCUSDT", "TREND", "BINANCE")
        print("trades", figures["total_trades"])
        trade, = database.get_open_trades("100")
        print("closed", database.log_trade_exit(trade["id"], 66000.1, 299.75, 1.5381, fees=0.25, exit_reason="TP"))
        print("entered", database.log_trade_entry("200", "ETHUSDT", "SHORT", "GRID", None, 2500, 1.5))
        session["config"]["mode"] = "WATCHER"
        print("saved", database.save_session("100", session["api_key"], session["api_secret"], session["config"]))
        print("added", database.add_system_user("Linus", "300", days=30))
        print("removed", database.remove_system_user(1001), database.remove_system_user(1002))
        """;

    private static readonly string Document = File.ReadAllText(Path.Combine(Runbook.Root, "clients/python/docs/moving-in.md"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bot_moves_in_works_and_goes_back_by_the_document()
    {
        var python = await FindPythonAsync();
        if (python is null) Assert.Skip("no python3 with httpx");
        var key = LegacyDatabase.EncryptionKey;
        await using var legacy = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users, LegacyDatabase.Journal, Tasks, Rows, $$$"""
            INSERT INTO sessions (chat_id, api_key, api_secret, config) VALUES ('100', '{{{FernetWriter.Encrypt(key, "k-100")}}}',
                '{{{FernetWriter.Encrypt(key, "s-100")}}}', '{"mode": "PILOT"}')
            """);
        using var nexus = new NexusProgram();
        Prepare(nexus, legacy, key);

        // Before.
        await ShellAsync(nexus, Command("pg_dump "));
        Assert.Contains("sessions", await ShellAsync(nexus, Command("./nexus migrate --dry-run")), StringComparison.Ordinal);
        Assert.Equal(0L, await legacy.Database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'nexus_meta'"));
        await ShellAsync(nexus, Command("./nexus migrate", isWhole: true));
        nexus.Environment["TELEGRAM_CHAT_ID"] = "200";
        var (server, url) = await nexus.ServeAsync("--fallback", "off");
        await using (server)
        {
            var made = await ShellAsync(nexus, Command("curl ").Replace("http://127.0.0.1:8080", url, StringComparison.Ordinal));
            nexus.Environment["NEXUS_API_KEY"] = System.Text.Json.JsonElement.Parse(made).GetProperty("key").GetString();
            nexus.Environment["NEXUS_URL"] = url;
            nexus.Environment["PYTHONPATH"] = Path.Combine(Runbook.Root, "clients/python/src");
            nexus.Environment["PYTHONDONTWRITEBYTECODE"] = "1";

            // The switch and the check.
            nexus.Write("bot.py", Switched(Bot));
            var said = await ShellAsync(nexus, $"{python} bot.py");
            Assert.Equal(
                """
                keys k-100 s-100 PILOT
                state {"TREND": true}
                users [(1002, '200', 'Grace'), (1007, '100', 'Ada')]
                tasks [(42, '2090-02-03T04:05:06'), (41, '30 9 * * 1-5')]
                trades 0
                closed True
                entered True
                saved True
                added (True, 1012)
                removed False True
                """, said.Trim());
            var check = Command("NEXUS_API_KEY=… python3 ").Replace("NEXUS_API_KEY=… python3", python, StringComparison.Ordinal);
            Assert.StartsWith("True 1 [(1007, '100', 'Ada'", await ShellAsync(nexus, check), StringComparison.Ordinal);
            server.Signal(ChildProcess.SigTerm);
            await server.WaitForExitAsync();
        }

        // Going back.
        var back = $"back_{legacy.Database.Name}";
        await ShellAsync(nexus, Block("## Going back")
            .Replace("export ENCRYPTION_KEY=…", "true", StringComparison.Ordinal).Replace("bot_again", back, StringComparison.Ordinal));
        await using var again = Npgsql.NpgsqlDataSource.Create(legacy.Database.Cluster.ConnectionString(back));
        Assert.Equal(
            ["1 BTCUSDT CLOSED 66000.1 299.75 TP", "2 ETHUSDT OPEN  "],
            await QueryAsync(again, "SELECT concat_ws(' ', id, symbol, status, coalesce(trim_scale(exit_price)::text, ''), "
                + "coalesce(trim_scale(pnl)::text, ''), exit_reason) FROM trade_journal ORDER BY id"));
        Assert.Equal(["1007 Ada", "1012 Linus"], await QueryAsync(again, "SELECT concat_ws(' ', id, name) FROM users ORDER BY id"));
        Assert.Equal(["WATCHER"], await QueryAsync(again, "SELECT config ->> 'mode' FROM sessions"));
        Assert.Equal(
            ["41 30 9 * * 1-5", "42 2090-02-03T04:05:06"],
            await QueryAsync(again, "SELECT concat_ws(' ', id, schedule_value) FROM scheduled_tasks ORDER BY id"));
        Assert.Equal(
            ["100 TREND BTCUSDT 0.80 1.10 1.25 0.2500"],
            await QueryAsync(again, "SELECT concat_ws(' ', chat_id, strategy, symbol, exchange, confidence_threshold, leverage_multiplier, "
                + "size_multiplier, kelly_fraction) FROM strategy_calibration"));
        Assert.Equal(["1013"], await QueryAsync(again, "SELECT nextval('users_id_seq')::text"));
        Assert.Contains("\"k-100\"", await File.ReadAllTextAsync(nexus["back/sessions.json"], Token), StringComparison.Ordinal);
        // Nothing in these steps changes the adopted database.
        var options = legacy.Options;
        options.Keys = nexus.Environment["NEXUS_KEYS"];
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        Assert.Equal("k-100", (await db.Sessions.GetAsync(100, Token))!.ApiKey!.Reveal());
    }

    private static void Prepare(NexusProgram nexus, LegacyDatabase legacy, string key)
    {
        var programs = PostgresBinaries.Find().Folder;
        nexus.Environment["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
        nexus.Environment["DATABASE_URL"] = legacy.Database.Url;
        nexus.Environment["ENCRYPTION_KEY"] = key;
        nexus.Environment["NEXUS_KEYS"] = KeyRing.GenerateKey();
        nexus.Environment["NEXUS_DATA"] = nexus.Data;
        nexus.Environment["PGHOST"] = legacy.Database.Cluster.Host;
        nexus.Environment["PGPORT"] = legacy.Database.Cluster.Port.ToString(CultureInfo.InvariantCulture);
        nexus.Environment["PGUSER"] = legacy.Database.Cluster.User;
        // The program of the document.
        nexus.Write("nexus", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "Nexus.Cli.dll")}' \"$@\"\n");
    }

    /// <summary>The bot with the line of the document in the place of its import.</summary>
    private static string Switched(string bot)
    {
        var (before, after) = (Import("# before"), Import("# after"));
        Assert.Contains(before, bot, StringComparison.Ordinal);
        return bot.Replace(before, after, StringComparison.Ordinal);

        static string Import(string comment) => Document.Split('\n').Single(line => line.TrimEnd().EndsWith(comment, StringComparison.Ordinal))
            .Replace(comment, "", StringComparison.Ordinal).Trim();
    }

    /// <summary>The one command of the document that begins so.</summary>
    private static string Command(string beginning, bool isWhole = false) =>
        InCode().Matches(Document).Select(match => match.Groups["code"].Value)
            .Concat(InBlocks().Matches(Document).SelectMany(match => match.Groups["code"].Value.Split('\n')))
            .First(code => isWhole ? code == beginning : code.StartsWith(beginning, StringComparison.Ordinal));

    private static string Block(string heading) =>
        InBlocks().Match(Document, Document.IndexOf(heading, StringComparison.Ordinal)).Groups["code"].Value;

    private static async Task<string> ShellAsync(NexusProgram nexus, string commands)
    {
        File.SetUnixFileMode(nexus["nexus"], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var (exitCode, output, error) = await ChildProcess.RunAsync(
            "bash", ["-euo", "pipefail", "-c", commands], nexus.Environment, Path.GetDirectoryName(nexus["nexus"]));
        Assert.True(exitCode == 0, $"{commands}\n{output}\n{error}");
        return output;
    }

    private static async Task<List<string>> QueryAsync(Npgsql.NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Token);
        List<string> rows = [];
        while (await reader.ReadAsync(Token)) rows.Add(reader.GetString(0));
        return rows;
    }

    private static async Task<string?> FindPythonAsync()
    {
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            try
            {
                if ((await ChildProcess.RunAsync(python, ["-c", "import httpx"])).ExitCode == 0) return python;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not installed.
            }
        }
        return null;
    }

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex InCode();

    [GeneratedRegex("```bash\n(?<code>[^`]+)```", RegexOptions.ExplicitCapture)]
    private static partial Regex InBlocks();
}
