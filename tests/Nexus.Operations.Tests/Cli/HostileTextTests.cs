using System.Globalization;
using System.Text;
using System.Text.Json;
using Nexus.Operations.Keys;
using Nexus.Operations.Tests.Adoption;
using Nexus.Sqlite;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>
/// Text of a caller, a file or a database that would steer a terminal, turn the direction of writing, begin a line of its own or be a tag of a page:
/// no command prints it as it is, in no form of its answer and no log.
/// </summary>
public sealed class HostileTextTests
{
    private const string Mark = "Evil";

    /// <summary>Escape, C1 and bidirectional controls, an invisible space, raw HTML, and a line of its own that looks like the program's.</summary>
    private const string Text = $"{Mark}\u001b[2J\u009b31m\u202e\u200b<b>\r\nnexus: fine\u2028";

    /// <summary>The same within the 50 characters of a chat id.</summary>
    private const string ShortText = $"{Mark}\u001b[2J\u009b31m\u202e\n<b>";

    private static readonly Dictionary<string, Func<NexusProgram, Task<IReadOnlyList<Run>>>> Cases = new()
    {
        ["a command"] = nexus => RunAsync(nexus, [Text]),
        ["an option"] = nexus => RunAsync(nexus, ["status", "--" + Text], ["serve", "--" + Text], ["keys", "--" + Text]),
        ["an argument"]
        = nexus =>
            RunAsync(
                nexus, ["status", Text], ["outbox", "resolve", Text], ["outbox", "retry", Text], ["audit", "explain", Text], ["audit", "fix", Text]),
        ["an option's value"] = nexus => RunAsync(
            nexus, ["serve", "--log-format", Text], ["serve", "--fallback", Text], [
                "serve", "--max-pool-size", Text
            ], ["bench", "--users", Text], ["bench", "--variants", Text],
            [
                "audit", "--only", Text, "--database", "postgres://u@127.0.0.1:1/x"
            ], ["audit", "--lang", Text], ["audit", "--scope", Text], ["outbox", "resolve", "1", "--keep", Text]),
        ["a database's URL"] = nexus => RunAsync(
            nexus, ["status", "--database", Text], [
                "status", "--database", $"postgres://u@127.0.0.1:1/x?{Text}=1"
            ], ["status", "--database", $"postgres://{Text}@127.0.0.1:1/x"],
            ["migrate", "--database", $"Host=127.0.0.1;Port=1;{Text}=1"]),
        ["a file's name"] = nexus => RunAsync(nexus, ["import", Text], ["audit", "--baseline", Text, "--database", "postgres://u@127.0.0.1:1/x"]),
        ["an exported file's name"] = ExportAsync,
        ["an imported file"] = ImportAsync,
        ["the environment"] = EnvironmentAsync,
        ["the names of a store's records"] = RecordsAsync,
        ["the outbox"] = OutboxAsync,
        ["a legacy's rows"] = LegacyAsync,
    };

    /// <summary>May hold a secret, so it is not repeated at all.</summary>
    private static readonly string[] NeverRepeated = ["a database's URL", "an option's value", "the environment"];

    public static TheoryData<string> Sources => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Nothing_that_others_wrote_steers_the_terminal(string source)
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        var runs = await Cases[source](nexus);
        // Otherwise the text came nowhere, and nothing was tried.
        Assert.Equal(!NeverRepeated.Contains(source), runs.Any(run => (run.Output + run.Error).Contains(Mark, StringComparison.Ordinal)));
        foreach (var text in runs.SelectMany(run => new[] { run.Output, run.Error }))
        {
            Assert.DoesNotContain(text, character => character != '\n' && IsUnfit(character));
            Assert.DoesNotContain(
                text.Split('\n'),
                line => line.StartsWith("nexus: fine", StringComparison.Ordinal) || line.StartsWith("<b>", StringComparison.Ordinal));
        }
    }

    private static bool IsUnfit(char character) => CharUnicodeInfo.GetUnicodeCategory(character) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static async Task<IReadOnlyList<Run>> RunAsync(NexusProgram nexus, params string[][] commands)
    {
        var runs = new List<Run>();
        foreach (var command in commands) runs.Add(await nexus.RunAsync(command));
        return runs;
    }

    private static async Task<IReadOnlyList<Run>> ExportAsync(NexusProgram nexus)
    {
        nexus.Environment["NEXUS_KEYS"] = null;
        await StartAndStopAsync(nexus);
        return await RunAsync(nexus, ["export", nexus[Text]], ["export", nexus[Text], "--json"], ["export", "--legacy", nexus["1" + Text]]);
    }

    private static async Task<IReadOnlyList<Run>> ImportAsync(NexusProgram nexus)
    {
        var text = JsonSerializer.Serialize(Text);
        var file = nexus.Write("state.ndjson", string.Join('\n',
            "{\"nexus\":1}",
            "{" + $"\"kind\":\"session\",\"chatId\":{text},\"config\":{{}}}}",
            $$"""{"kind":{{text}} }""",
            $$"""{ {{text}}:1}""",
            $$"""{"kind":"user","chatId":"1","timezone":{{text}} }""",
            $$"""{"kind":"systemConfig","key":{{text}},"value":1}"""));
        var sessions = nexus.Write("sessions.json", $$"""{ {{text}}: {"api_key": 1}, "12": { {{text}}: {"api_secret": [{{text}}]} } }""");
        return await RunAsync(
            nexus, ["import", file], ["import", file, "--json"], ["import", sessions], ["import", sessions, "--json"], [
                "import", "--dry-run", file, sessions
            ],
            ["import", nexus.Write(ShortText + "sessions.json", "{")]);
    }

    private static async Task<IReadOnlyList<Run>> EnvironmentAsync(NexusProgram nexus)
    {
        var runs = new List<Run>();
        foreach (var name in new[] { "NEXUS_KEYS", "NEXUS_FALLBACK", "DATABASE_URL", "NEXUS_ADMIN_KEY", "ENCRYPTION_KEY" })
        {
            nexus.Environment[name] = Text;
            runs.Add(await nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0"));
            runs.Add(await nexus.RunAsync("status"));
            nexus.Environment[name] = null;
        }
        return runs;
    }

    private static async Task<IReadOnlyList<Run>> RecordsAsync(NexusProgram nexus)
    {
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["DATABASE_URL"] = database.Url;
        await StartAndStopAsync(nexus);
        const string Foreign = "\"nx1.deadbeef.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"";
        await database.ExecuteAsync(
            "INSERT INTO system_config (key, value) VALUES ($1, $2::jsonb), ($3, '{}'), ($4, $2::jsonb)", "api_key"
                + ShortText, Foreign, "nexus:caller:" + ShortText, "x_token" + ShortText);
        await database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, api_key, config) VALUES ($1, $2, jsonb_build_object($3::text, $4::text))", ShortText, "plain "
                + Text, "api_secret_" + ShortText, "Pl4inS3cretOfSomebody" + Text);
        var runs = new List<Run>(await RunAsync(
            nexus, ["keys", "verify"], [
                "keys", "verify", "--json"
            ], ["keys", "list"], ["keys", "list", "--json"], ["keys", "scan"], ["keys", "scan", "--json"], ["keys", "api-keys"],
            [
                "keys", "api-keys", "--json"
            ], ["keys", "rotate"], ["keys", "rotate", "--json"], ["status"], ["status", "--json"], ["export", nexus["out"]], [
                "export", nexus["out"], "--json"
            ]));
        await database.ExecuteAsync($"ALTER TABLE sessions ADD CONSTRAINT \"{ShortText}\" CHECK (chat_id <> '7')");
        var (server, url) = await nexus.ServeAsync("--fallback", "off");
        await using (server)
        {
            using var http = new HttpClient { BaseAddress = new Uri(url) };
            http.DefaultRequestHeaders.Add("Authorization", "Bearer " + (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
            var refused = await http.PutAsync("/v1/sessions/7", new StringContent("""{"config":{}}""", Encoding.UTF8, "application/json"));
            runs.Add(new Run(0, await refused.Content.ReadAsStringAsync(), ""));
            server.Signal(ChildProcess.SigTerm);
            await server.WaitForExitAsync();
            runs.Add(new Run(0, server.Output, server.Error));
        }
        return runs;
    }

    private static async Task<IReadOnlyList<Run>> OutboxAsync(NexusProgram nexus)
    {
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["DATABASE_URL"] = database.Url;
        await StartAndStopAsync(nexus);
        using (var outbox = SqliteSession.OpenWriter(Path.Combine(nexus.Data, "fallback.db")))
        {
            outbox.Execute(
                "INSERT INTO outbox_quarantine (seq, record_table, record_id, kind, write_id, spooled_at, found_at, code, reason, version, body) "
                    + "VALUES (1, 1, ?1, ?1, zeroblob(16), 1, 1, ?1, ?1, 1, ?1)",
                Text);
            outbox.Execute(
                """
                INSERT INTO outbox_conflicts (seq, record_table, record_id, kind, write_id, spooled_at, found_at, kept, reason, spooled_version,
                    spooled, stored_version, stored_at, stored)
                VALUES (2, 1, ?1, ?1, zeroblob(16), 1, 1, 'stored', ?1, 1, '{}', 1, 1, ?1)
                """,
                Text);
        }
        return await RunAsync(nexus, ["outbox", "list"], ["outbox", "list", "--json"], ["status"], ["status", "--json"]);
    }

    private static async Task<IReadOnlyList<Run>> LegacyAsync(NexusProgram nexus)
    {
        await using var legacy = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.Users, LegacyDatabase.Journal);
        nexus.Environment["DATABASE_URL"] = legacy.Database.Url;
        (nexus.Environment["ENCRYPTION_KEY"], nexus.Environment["NEXUS_KEYS"]) = (LegacyDatabase.EncryptionKey, null);
        var foreign = FernetWriter.Encrypt(KeyMaintenance.Generate(), "key");
        await legacy.Database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, api_key, config) VALUES ($1, $2, jsonb_build_object($3::text, $2))",
            ShortText,
            foreign,
            "api_key" + Text);
        await legacy.Database.ExecuteAsync("INSERT INTO users (chat_id, name, timezone) VALUES ($1, $2, $1)", ShortText, Text);
        await legacy.Database.ExecuteAsync(
            "INSERT INTO trade_journal (chat_id, symbol, side, status) VALUES ($1, 'x', $2, $2)", ShortText, "Evil\u001b\n");
        return await RunAsync(
            nexus, ["migrate", "--dry-run"], ["migrate", "--dry-run", "--json"], [
                "migrate", "--legacy-timezone", Text
            ], ["migrate"], ["migrate", "--keep-unreadable"],
            ["migrate", "--json"]);
    }

    private static async Task StartAndStopAsync(NexusProgram nexus)
    {
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            process.Signal(ChildProcess.SigTerm);
            await process.WaitForExitAsync();
        }
    }
}
