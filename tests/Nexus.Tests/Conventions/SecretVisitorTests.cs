using System.Text;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Tests.Sqlite;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Conventions;

/// <summary>Each kind of write and each row names its own parts that may hold secrets. Whatever looks for secrets sees those parts only.</summary>
public sealed class SecretVisitorTests
{
    private static readonly IReadOnlyList<(string Name, Write Write)> Samples = [.. SampleWrites.All, .. SampleWrites.Reseals];

    /// <summary>Kinds that carry no value of a caller besides keys, times and numbers. Reseals are never spooled.</summary>
    private static readonly HashSet<Type> WithoutSecrets = [typeof(DeleteSession), typeof(RemoveUser), typeof(ExtendUser), typeof(RemoveSystemConfig),
        typeof(RemoveKeyedState), typeof(ResealSession), typeof(ResealSystemConfig), typeof(ResealTrade), typeof(ResealKeyedState),
        typeof(RemoveTask), typeof(ResealTask), typeof(DisownTrade), typeof(RemoveCalibration)];

    [Fact]
    public void Every_kind_that_holds_a_value_of_a_caller_shows_it()
    {
        var shown = Samples.Where(sample => new Recorder().Look(sample.Write).Seen.Count > 0).Select(sample => sample.Write.GetType()).ToHashSet();
        var kinds = Samples.Select(sample => sample.Write.GetType()).ToHashSet();

        Assert.Equal(Names(kinds.Except(WithoutSecrets)), Names(shown));
    }

    [Fact]
    public void Parts_that_are_replaced_are_in_the_write_that_results_and_the_rest_stays()
    {
        foreach (var (name, write) in Samples)
        {
            var replacer = new Recorder { Suffix = "*" };
            var replaced = write.ReplaceSecrets(replacer);
            if (!replacer.Seen.Exists(part => part.IsReplaceable))
            {
                Assert.Null(replaced);
                continue;
            }
            Assert.NotNull(replaced);
            Assert.Equal((write.Kind, write.Key, write.WriteId), (replaced.Kind, replaced.Key, replaced.WriteId));
            Assert.Equal(replacer.Seen.Select(part => part.IsReplaceable ? $"{part.Place}={part.Value}*" : $"{part.Place}={part.Value}"),
                new Recorder().Look(replaced).Seen.Select(part => $"{part.Place}={part.Value}"));
            Assert.True(write.ReplaceSecrets(new Recorder()) is null, name);
        }
    }

    [Fact]
    public async Task Every_table_is_read_and_its_rows_show_what_their_writes_showed()
    {
        await using var test = await TestStore.OpenAsync();
        Write[] writes =
        [
            new SaveSession("1", SealedField.Set("nx1.k.a"), SealedField.Set("nx1.k.b"), SampleWrites.Json("""{"password":"nx1.k.c"}"""), null),
            new SaveUser("1", "Ada", null, new Expiry(ExpiryKind.Never), null, null, SampleWrites.Json("""{"CRYPTO":true}"""), null),
            new ChangeBotState(SampleWrites.Json("""{"A":true}"""), SampleWrites.Json("""{"G":true}"""), null, null, Replace: true),
            new SetSystemConfig("k", SampleWrites.Json("\"v\""), "me", null),
            new OpenTrade(SampleWrites.Trade(1) with { Strategy = "s", Exchange = "x", ExitReason = "why",
                Metadata = SampleWrites.Json("""{"m":1}""") }),
            new SaveKeyedState("dialogs/1", SampleWrites.Json("""{"step":1}"""), StateExpiry.Never, null),
            new SaveTask(SampleWrites.Task(1) with { Description = "d", JobId = "j", Runs = TaskRuns.None with { LastError = "e" } }, null),
            new SaveCalibration("1/GRID/BTCUSDT/BYBIT", new CalibrationValues(), null),
        ];
        foreach (var write in writes) Assert.True((await test.ApplyAsync(write)).IsApplied);

        var rows = new List<IStateRow>();
        await foreach (var row in StateRecords.ListAsync(test.Store, TestContext.Current.CancellationToken)) rows.Add(row);

        Assert.Equal(RecordTables.All, rows.Select(row => row.RecordKey.Table));
        Assert.Equal(RecordTables.All.ToHashSet(), StateRecords.Tables.ToHashSet());
        foreach (var (row, write) in rows.Zip(writes))
        {
            var ofRow = Replaceable(new Recorder().Look(row));
            Assert.Equal(Replaceable(new Recorder().Look(write)), ofRow);
            // Nothing of a calibration is sealed or replaced.
            Assert.Equal(row is CalibrationRow, ofRow.Count == 0);
            Assert.Equal(row is CalibrationRow, row.ReplaceSecrets(new Recorder { Suffix = "*" }) is null);
            Assert.Null(row.ReplaceSecrets(new Recorder()));
            Assert.Equal(row.Version, (await StateRecords.FindAsync(test.Store, row, TestContext.Current.CancellationToken))!.Version);
        }
    }

    [Fact]
    public async Task Only_trades_without_metadata_cannot_hold_a_sealed_value()
    {
        await using var test = await TestStore.OpenAsync();
        var plain = SampleWrites.Trade(1) with { ExitReason = "why" };
        var open = SampleWrites.Trade(2) with { Metadata = SampleWrites.Json("""{"m":1}""") };
        foreach (var trade in new[] { plain, open }) Assert.True((await test.ApplyAsync(new OpenTrade(trade))).IsApplied);
        var user = new SaveUser("1", "Ada", null, new Expiry(ExpiryKind.Never), null, null, SampleWrites.Json("{}"), null);
        Assert.True((await test.ApplyAsync(user)).IsApplied);

        var rows = new List<string>();
        await foreach (var row in StateRecords.ListSealableAsync(test.Store, TestContext.Current.CancellationToken)) rows.Add($"{row.RecordKey}");

        Assert.Equal(["user 1", "the bot state", $"trade {open.Id}"], rows);
        // A text of a trade is masked, and only its metadata is sealed: a place of its own would have to be listed too.
        IStateRow both = open with { ExitReason = "why" };
        var recorder = new Recorder().Look(both);
        Assert.Equal(["metadata", "exit_reason"], recorder.Seen.Where(part => part.IsReplaceable).Select(part => part.Place.Split('/', '.')[^1]));
    }

    private static List<string> Replaceable(Recorder recorder) =>
        [.. recorder.Seen.Where(part => part.IsReplaceable).Select(part => $"{part.Place}={part.Value}")];

    private static List<string> Names(IEnumerable<Type> types) => [.. types.Select(type => type.Name).Order(StringComparer.Ordinal)];

    /// <summary>Records what it is shown, and replaces it by the same with a suffix.</summary>
    private sealed class Recorder : SecretVisitor
    {
        public string? Suffix { get; init; }

        public List<(string Place, string Value, bool IsReplaceable)> Seen { get; } = [];

        public Recorder Look(Write write)
        {
            write.ReplaceSecrets(this);
            return this;
        }

        public Recorder Look(IStateRow row)
        {
            row.ReplaceSecrets(this);
            return this;
        }

        protected override byte[]? VisitDocument(SealContext place, ReadOnlySpan<byte> json) =>
            See(place.ToString(), Encoding.UTF8.GetString(json)) is { } text ? Encoding.UTF8.GetBytes(text) : null;

        protected override byte[]? VisitReserved(SealContext place, ReadOnlySpan<byte> value) => VisitDocument(place, value);

        protected override void VisitPlainDocument(SealContext place, ReadOnlySpan<byte> json) =>
            Seen.Add((place.ToString(), Encoding.UTF8.GetString(json), false));

        protected override string? VisitColumn(SealContext place, string value) => See(place.ToString(), value);

        protected override string? VisitText(string table, string column, string text) => See($"{table}.{column}", text);

        protected override void VisitName(string table, string column, string text) => Seen.Add(($"{table}.{column}", text, false));

        private string? See(string place, string value)
        {
            Seen.Add((place, value, true));
            return Suffix is null ? null : value + Suffix;
        }
    }
}
