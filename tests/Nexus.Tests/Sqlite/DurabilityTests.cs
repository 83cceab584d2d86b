using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Tests.Sqlite;

public sealed class DurabilityTests
{
    private const int Kills = 6;

    [Fact]
    public async Task Every_acknowledged_write_is_there_after_the_writer_was_killed_again_and_again()
    {
        using var folder = new TempFolder("killed");
        var ledger = new Ledger();
        var random = new Random(20260131);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var victim = Victim.Start("embedded-writer", folder["data"]);
            // Right behind an acknowledgement: one that came before its commit would be caught out.
            var lines = random.Next(50, 400);
            await victim.ReadLineAsync(_ => --lines < 0);
            await victim.KillAsync();
            await victim.WaitForExitAsync();
            Assert.True(victim.Error.Length == 0, victim.Error);
            ledger.Read(victim.Output);
            await ledger.CompareAsync(folder["data"]);
        }
        Assert.True(ledger.Trades.Count > Kills * 16, "the victims wrote next to nothing");
    }

    [Fact]
    public async Task Each_commit_is_synced_to_the_disk()
    {
        await using var test = await TestStore.OpenAsync();
        var settings = await test.Store.TransactAsync(
            transaction => (transaction.Connection.ReadText("PRAGMA journal_mode"), transaction.Connection.ReadNumber("PRAGMA synchronous")), 1,
            TestStore.Token);
        Assert.Equal(("wal", 2L), settings);
    }

    /// <summary>What was acknowledged, kept outside of the process that wrote it.</summary>
    private sealed class Ledger
    {
        private readonly Dictionary<string, long> _versions = [];

        public Dictionary<Guid, string> Trades { get; } = [];

        public void Read(string output)
        {
            // The kill may have cut the last line.
            foreach (var line in output[..(output.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                switch (line.Split(' '))
                {
                    case ["session", var chatId, var version] when long.TryParse(version, CultureInfo.InvariantCulture, out var number):
                        _versions[chatId] = Math.Max(number, _versions.GetValueOrDefault(chatId));
                        break;
                    case ["trade", var id, var chatId] when Guid.TryParseExact(id, "D", out var guid):
                        Trades[guid] = chatId;
                        break;
                }
            }
        }

        public async Task CompareAsync(string folder)
        {
            await using var store = new SqliteStore(folder, TimeProvider.System, NullLoggerFactory.Instance);
            await store.OpenAsync(TestStore.Token);
            var sessions = (await store.GetSessionsAsync(_versions.Keys, TestStore.Token)).ToDictionary(session => session.ChatId);
            foreach (var (chatId, version) in _versions)
                Assert.True(sessions[chatId].Version >= version, $"session {chatId} is older than acknowledged");
            foreach (var (id, chatId) in Trades) Assert.NotNull(await store.GetTradeAsync(id, chatId, TestStore.Token));
            var file = Path.Combine(folder, SqliteStore.FileName);
            Assert.Equal("ok", TestStore.Query(file, "PRAGMA integrity_check").Single()[0]);
            // Session and trade are written together, and a session lists the one strategy of its last save: no half of a write is left.
            Assert.Empty(TestStore.Query(file,
                "SELECT chat_id FROM sessions s WHERE version <> (SELECT count(*) FROM trades t WHERE t.chat_id = s.chat_id)"));
            Assert.Empty(TestStore.Query(
                file,
                """
                SELECT s.chat_id FROM sessions s WHERE 1 <> (SELECT count(*) FROM session_strategies e WHERE e.chat_id = s.chat_id)
                    OR NOT EXISTS (SELECT 1 FROM session_strategies e WHERE e.chat_id = s.chat_id
                        AND json_type(s.doc, '$.config.strategies.' || e.strategy) = 'true')
                """));
        }
    }
}
