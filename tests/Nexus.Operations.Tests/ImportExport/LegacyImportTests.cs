using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Keys;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>The files of the system that is replaced.</summary>
public sealed class LegacyImportTests : IAsyncDisposable
{
    private static readonly string FernetKey = KeyMaintenance.Generate();

    private readonly TempFolder _folder = new("legacy");
    private readonly SqliteHome _home = new();

    [Fact]
    public async Task Sessions_come_in_with_every_secret_sealed_and_every_refusal_named()
    {
        var file = Write("sessions.json", $$$"""
            {
              "1001": {"api_key": "plain-key", "api_secret": "{{{Fernet("plain-token")}}}", "config": {"mode": "PILOT",
                "bybit_api_secret": "{{{Fernet("plain-inner")}}}", "strategies": {"SCALP": true},
                "https_proxy": "http://u:plain-proxy@h:1"}},
              "1002": {"api_key": "", "api_secret": null},
              "abc": {"api_key": "", "api_secret": "", "config": {}},
              "{{{new string('9', 51)}}}": {"config": {}},
              "1003": {"api_key": "{{{Fernet("other", new byte[32])}}}", "config": {}},
              "1004": {"config": []},
              "1005": "nothing",
              "1006": {"api_key": 5, "config": {}},
              "1007": {"config": {"alpaca_secret": "{{{Fernet("other", new byte[32])}}}"}},
              "1008": {"config": {"text": "\u0000"}},
              "-1009": {"api_key": "plain-last", "config": {"unicode": "ñ🚀"}}
            }
            """);
        var report = await ImportAsync(file);
        Assert.False(report.Ok);
        Assert.Equal((3L, 8L), (report.Counts[ImportKind.Sessions].Imported, report.Counts[ImportKind.Sessions].Refused));
        var refused = report.Refusals.ToDictionary(refusal => refusal.Record, refusal => refusal.Reason);
        Assert.Contains("chat_id", refused["session abc"], StringComparison.Ordinal);
        Assert.Contains("50 characters", refused[$"session {new string('9', 51)}"], StringComparison.Ordinal);
        Assert.Contains("api_key", refused["session 1003"], StringComparison.Ordinal);
        Assert.Contains("none of the given keys", refused["session 1003"], StringComparison.Ordinal);
        Assert.Contains("object", refused["session 1004"], StringComparison.Ordinal);
        Assert.Contains("object", refused["session 1005"], StringComparison.Ordinal);
        Assert.Contains("text", refused["session 1006"], StringComparison.Ordinal);
        Assert.Contains("config/alpaca_secret", refused["session 1007"], StringComparison.Ordinal);
        Assert.Contains("NUL", refused["session 1008"], StringComparison.Ordinal);
        Assert.DoesNotContain("gAAAA", string.Join('\n', report.Refusals), StringComparison.Ordinal);

        await using (var db = await OpenAsync())
        {
            var session = (await db.Sessions.GetAsync(1001))!;
            Assert.Equal(("plain-key", "plain-token"), (session.ApiKey!.Reveal(), session.ApiSecret!.Reveal()));
            var config = JsonElement.Parse(session.Config.Reveal());
            Assert.Equal(
                ("plain-inner", "http://u:plain-proxy@h:1"),
                (config.GetProperty("bybit_api_secret").GetString(), config.GetProperty("https_proxy").GetString()));
            Assert.Null((await db.Sessions.GetAsync(1002))!.ApiKey);
            Assert.Equal("plain-last", (await db.Sessions.GetAsync(-1009))!.ApiKey!.Reveal());
        }
        Assert.DoesNotContain("plain-", Encoding.UTF8.GetString(await _home.ReadEverythingAsync()), StringComparison.Ordinal);

        var again = await ImportAsync(file);
        Assert.Equal(
            (0L, 3L, 8L),
            (again.Counts[ImportKind.Sessions].Imported, again.Counts[ImportKind.Sessions].Unchanged, again.Counts[ImportKind.Sessions].Refused));
    }

    [Fact]
    public async Task Bot_state_comes_in_with_the_AI_filter_found_and_nothing_dropped()
    {
        var file = Write("bot_state.json", """
            {"enabled_strategies": {"SCALP": true}, "group_config": {"CRYPTO": true, "_AI_FILTER": false}, "disabled_assets": ["BTC", "ETH"],
                "module_assets": {"GRID": ["BTC"]}, "session_config": {"leverage": 5}}
            """);
        Assert.Equal((1L, 0L), Switches(await ImportAsync(file, new ImportOptions { DryRun = false })));
        await using (var db = await OpenAsync())
        {
            var state = await db.BotState.GetAsync();
            Assert.Equal(
                ("""{"SCALP":true}""", """{"CRYPTO":true}""", false),
                (state.EnabledStrategies.ToString(), state.GroupConfig.ToString(), state.AiFilterEnabled));
            Assert.Equal(["BTC", "ETH"], state.DisabledAssets);
            Assert.Equal("""{"GRID":["BTC"]}""", JsonSerializer.Serialize((await db.SystemConfig.GetAsync("module_assets"))!.Value.Root));
            Assert.Equal(5, (await db.SystemConfig.GetAsync("session_config"))!.Value.Root.GetProperty("leverage").GetInt32());
        }
        var again = await ImportAsync(file);
        Assert.Equal((0L, 1L), Switches(again));
        Assert.Equal(2, again.Counts[ImportKind.SystemConfig].Unchanged);

        static (long, long) Switches(ImportReport report) =>
            (report.Counts[ImportKind.BotState].Imported, report.Counts[ImportKind.BotState].Unchanged);
    }

    [Theory]
    [InlineData("""{"group_config": {"_AI_FILTER": "yes"}}""", "_AI_FILTER")]
    [InlineData("""{"group_config": []}""", "group_config")]
    [InlineData("""{"disabled_assets": {"BTC": true}}""", "disabled_assets")]
    [InlineData("""{"disabled_assets": [1]}""", "disabled_assets")]
    [InlineData("""{"enabled_strategies": "all"}""", "enabledStrategies")]
    public async Task A_bot_state_that_cannot_be_converted_is_refused_and_the_store_stays(string text, string field)
    {
        var report = await ImportAsync(Write("bot_state.json", text));
        Assert.Contains(field, Assert.Single(report.Refusals).Reason, StringComparison.Ordinal);
        await using var db = await OpenAsync();
        Assert.Equal(0, (await db.BotState.GetAsync()).Version);
    }

    [Fact]
    public async Task Users_come_in_with_their_local_times_read_in_the_legacys_zone()
    {
        var file = Write("users.json", """
            [
              {"id": 1000, "chat_id": "7", "name": "Ana", "role": "admin", "expires_at": "2090-07-01 12:00:00.5",
                "created_at": "2024-01-01T00:00:00", "timezone": "Europe/Madrid", "telegram_id": 9,
                "enabled_groups": {"CRYPTO": true}},
              {"chat_id": 8, "name": null, "role": "user", "expires_at": null},
              {"chat_id": "9", "role": "king"},
              {"chat_id": "10", "expires_at": "soon"},
              {"name": "nobody"},
              {"chat_id": "11", "name": "NAME"},
              5
            ]
            """.Replace("NAME", new string('n', 257), StringComparison.Ordinal));
        var report = await ImportAsync(file, new ImportOptions { LegacyZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Madrid") });
        Assert.Equal((2L, 5L), (report.Counts[ImportKind.Users].Imported, report.Counts[ImportKind.Users].Refused));
        Assert.Equal(["user 9", "user 10", "user ", "user 11", "user [6]"], report.Refusals.Select(refusal => refusal.Record));
        await using var db = await OpenAsync();
        var user = (await db.Users.GetAsync(7))!;
        Assert.Equal(
            (UserRole.Admin, new DateTimeOffset(2090, 7, 1, 10, 0, 0, 500, TimeSpan.Zero), new DateTimeOffset(2023, 12, 31, 23, 0, 0, TimeSpan.Zero)),
            (user.Role, user.ExpiresAt!.Value, user.CreatedAt));
        Assert.Null((await db.Users.GetAsync(8))!.ExpiresAt);
    }

    [Theory]
    [InlineData("", "neither")]
    [InlineData("hello", "neither")]
    [InlineData("[1,2]", "neither")]
    [InlineData("{\"a\":1}", "neither")]
    [InlineData("{\"1\":{\"config\":{}},\"2\":{\"conf", "damaged")]
    [InlineData("{\"1\":{\"config\":{}}} {}", "damaged")]
    [InlineData("{\"kind\":\"nexus\",\"format\":2,\"createdAt\":\"2026-01-01T00:00:00Z\",\"keyIds\":[]}\n", "format 2")]
    public async Task A_file_that_is_none_or_ends_early_says_so(string text, string warning)
    {
        var report = await ImportAsync(Write("file.json", text));
        Assert.False(report.Ok);
        Assert.Contains(warning, Assert.Single(report.Warnings), StringComparison.Ordinal);
        if (warning == "damaged") Assert.Equal(1, report.Counts[ImportKind.Sessions].Imported);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\uFEFF{\"1\":{\"config\":{}}}")]
    public async Task Nothing_to_import_and_a_byte_order_mark_are_fine(string text) => Assert.True((await ImportAsync(Write("file.json", text))).Ok);

    [Fact]
    public async Task A_large_file_is_read_in_pieces()
    {
        var file = _folder["sessions.json"];
        await using (var writer = new StreamWriter(file))
        {
            await writer.WriteAsync('{');
            for (var i = 1; i <= 20_000; i++)
                await writer.WriteAsync(
                    $$$"""{{{(i == 1 ? "" : ",\n")}}}"{{{i}}}": {"api_key": "key{{{i}}}", "config": {"mode": "PILOT", "filler":"""
                        + $$$""" "{{{new string('x', 300)}}}"}}""");
            await writer.WriteAsync('}');
        }
        using var slow = new Trickle(File.OpenRead(file));
        var report = await Import.RunAsync(
            Options(),
            [("trickle", () => slow)],
            new ImportOptions(),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            null,
            TestContext.Current.CancellationToken);
        Assert.Equal(20_000, report.Counts[ImportKind.Sessions].Imported);
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        _folder.Dispose();
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return _folder[name];
    }

    private NexusOptions Options()
    {
        var options = _home.CreateOptions();
        options.EncryptionKey = FernetKey;
        return options;
    }

    private Task<NexusDb> OpenAsync() => NexusDb.OpenAsync(Options());

    private Task<ImportReport> ImportAsync(string file, ImportOptions? options = null) =>
        Import.RunAsync(
            Options(),
            [(Path.GetFileName(file), () => File.OpenRead(file))],
            options ?? new ImportOptions(),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            null,
            TestContext.Current.CancellationToken);

    /// <summary>As the specification has it: https://github.com/fernet/spec/blob/master/Spec.md.</summary>
    private static string Fernet(string plain, byte[]? key = null)
    {
        key ??= System.Buffers.Text.Base64Url.DecodeFromChars(FernetKey.TrimEnd('='));
        using var aes = Aes.Create();
        aes.Key = key[16..];
        var iv = RandomNumberGenerator.GetBytes(16);
        byte[] body = [0x80, .. new byte[8], .. iv, .. aes.EncryptCbc(Encoding.UTF8.GetBytes(plain), iv)];
        byte[] token = [.. body, .. HMACSHA256.HashData(key[..16], body)];
        return Convert.ToBase64String(token).Replace('+', '-').Replace('/', '_');
    }

    /// <summary>A stream that gives a little at a time, as pipes do.</summary>
    private sealed class Trickle(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 777));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
