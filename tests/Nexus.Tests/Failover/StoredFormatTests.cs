using System.Globalization;
using System.Text;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.StoreContract;
using Nexus.Tests.Conventions;
using Nexus.Tests.Sqlite;

namespace Nexus.Tests.Failover;

/// <summary>
/// The bytes of the outbox and of the embedded store. The expected files were made by the first release that wrote them: what a later program writes
/// an earlier one must read, and the other way round.
/// </summary>
public sealed class StoredFormatTests
{
    [Fact]
    public async Task The_outbox_holds_each_kind_of_write_as_it_always_did()
    {
        await using var test = await TestStore.OpenAsync();
        await test.Store.TransactAsync(
            transaction =>
            {
                foreach (var (_, write) in SampleWrites.All)
                    Outbox.Append(transaction, write, WriteOutcome.Applied(1, SampleWrites.Noon), default, DateTimeOffset.UnixEpoch, doubt: null,
                        seal: null);
                return true;
            },
            SampleWrites.All.Count,
            TestStore.Token);

        AssertIs("outbox.txt", Lines(test.Query("SELECT record_table, record_id, kind, hex(write_id), body FROM outbox ORDER BY seq")));
    }

    [Fact]
    public async Task The_embedded_store_holds_each_record_as_it_always_did()
    {
        await using var test = await TestStore.OpenAsync();
        foreach (var (name, write) in SampleWrites.All) Assert.True((await test.ApplyAsync(write)).IsApplied, name);

        AssertIs("nexus.db.txt", Lines(test.Query(
            """
            SELECT 'sessions', chat_id, version, hex(write_id), updated_at, doc, mode FROM sessions ORDER BY chat_id;
            SELECT 'session_strategies', strategy, chat_id FROM session_strategies ORDER BY strategy, chat_id;
            SELECT 'users', chat_id, version, hex(write_id), updated_at, doc FROM users ORDER BY chat_id;
            SELECT 'bot_state', id, version, hex(write_id), updated_at, doc FROM bot_state;
            SELECT 'system_config', key, version, hex(write_id), updated_at, doc FROM system_config ORDER BY key;
            SELECT 'trades', chat_id, entry_at, hex(id), status, symbol, exit_at, pnl, fees, version, hex(write_id), updated_at, doc
                FROM trades ORDER BY id;
            SELECT 'keyed_state', id, version, hex(write_id), updated_at, doc, expires_at FROM keyed_state ORDER BY id;
            SELECT 'tasks', id, version, hex(write_id), updated_at, doc, due_at FROM tasks ORDER BY id;
            SELECT 'calibrations', id, version, hex(write_id), updated_at, doc FROM calibrations ORDER BY id;
            """)));
    }

    [Fact]
    public void What_an_earlier_program_spooled_is_read_and_written_again_byte_by_byte()
    {
        var lines = File.ReadAllLines(PathOf("outbox.txt"));
        Assert.Equal(SampleWrites.All.Count, lines.Length);
        Assert.All(lines, line =>
        {
            var parts = line.Split('\t');
            var write = WriteCodec.Decode(parts[2], parts[1], Guid.Empty, Encoding.UTF8.GetBytes(parts[4]));
            Assert.NotNull(write);
            Assert.Equal(parts[4], Encoding.UTF8.GetString(WriteCodec.Encode(write)));
            Assert.Equal(parts[1], write.Key.Id);
        });
    }

    internal static string PathOf(string file) => Path.Combine(Sources.Root, "tests", "Nexus.Tests", "Failover", "Formats", file);

    private static void AssertIs(string file, string actual) => Assert.Equal(File.ReadAllText(PathOf(file)), actual);

    private static string Lines(List<object[]> rows) => string.Concat(rows.Select(row => string.Join('\t', row.Select(Text)) + "\n"));

    private static string Text(object value) => value switch
    {
        DBNull => "-",
        byte[] utf8 => Encoding.UTF8.GetString(utf8),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
