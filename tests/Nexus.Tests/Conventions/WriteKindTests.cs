using System.Reflection;
using System.Text;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.Tests.Sqlite;

namespace Nexus.Tests.Conventions;

/// <summary>
/// Each kind of write and each record table has every part that the engine needs of it. Whoever adds one finds here what is missing: CONTRIBUTING,
/// "How to add a record kind".
/// </summary>
public sealed class WriteKindTests
{
    private static readonly IReadOnlyList<(string Name, Write Write)> Samples = [.. SampleWrites.All, .. SampleWrites.Reseals];

    private static readonly HashSet<Type> Kinds = [.. typeof(Write).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Write)))];

    private static readonly HashSet<RecordTable> Tables = [.. typeof(Write).Assembly.GetTypes()
        .SelectMany(type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(property => property.PropertyType == typeof(RecordTable))
        .Select(property => (RecordTable)property.GetValue(null)!)];

    [Fact]
    public void Every_kind_has_a_sample_that_the_conventions_run_over() =>
        Assert.Equal(Ordered(Kinds), Ordered(Samples.Select(sample => sample.Write.GetType()).ToHashSet()));

    [Fact]
    public void Every_kind_has_a_statement_of_PostgreSQL_and_an_operation_of_SQLite()
    {
        Assert.Equal(Ordered(Kinds), Ordered(Statements.Kinds));
        Assert.Equal(Ordered(Kinds), Ordered(SqliteOperations.Kinds));
        Assert.All(Samples, sample =>
        {
            var statement = Statements.For(sample.Write);
            Assert.Equal(sample.Write.Table, statement.Table);
            Assert.Equal(sample.Write.IsRemoval, statement.StatementKind == StatementKind.Removes);
            Assert.Equal(sample.Write.KeepsVersion, statement.StatementKind == StatementKind.Reseals);
            // A statement that makes records may be asked to make none; one that does not never makes any.
            if (sample.Write.CreatesRecord) Assert.True(statement.StatementKind is StatementKind.Creates or StatementKind.Opens, sample.Name);
        });
    }

    [Fact]
    public void Every_write_says_its_shard_or_can_be_given_the_record_that_it_means()
    {
        var open = Samples.Where(sample => sample.Write.Place == RecordPlace.Unknown).ToList();

        Assert.NotEmpty(open);
        Assert.All(open, sample => Assert.Equal(RecordPlace.OfChat("77"), sample.Write.Naming("77", DateTimeOffset.UnixEpoch).Place));
    }

    [Fact]
    public void Statements_of_a_table_have_places_of_their_own_in_a_transaction()
    {
        var places = Samples.Select(sample => Statements.For(sample.Write)).Distinct().Select(statement => statement.Order).ToList();

        Assert.Equal(places.Distinct().Order(), places.Order());
        Assert.All(Samples, sample => Assert.InRange(Statements.For(sample.Write).Order - (16 * sample.Write.Table.LockOrder), 0, 15));
    }

    [Fact]
    public void Every_kind_that_is_spooled_is_read_back_as_it_was()
    {
        Assert.Equal(Kinds.Count, Samples.Select(sample => sample.Write.Kind).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            Samples.Where(sample => sample.Write.Replay != ReplayRule.Never).Select(sample => sample.Write.Kind).ToHashSet(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
            WriteKinds.Names.Order(StringComparer.Ordinal));
        Assert.All(Samples.Where(sample => sample.Write.SpoolRefusal is null), sample =>
        {
            var body = WriteCodec.Encode(sample.Write);
            var back = WriteCodec.Decode(sample.Write.Kind, sample.Write.RecordId, sample.Write.WriteId, body);
            Assert.NotNull(back);
            Assert.Equal((sample.Write.GetType(), sample.Write.Key, sample.Write.WriteId), (back.GetType(), back.Key, back.WriteId));
            Assert.Equal(Encoding.UTF8.GetString(body), Encoding.UTF8.GetString(WriteCodec.Encode(back)));
            Assert.Same(back, back.WithoutCondition());
        });
    }

    [Fact]
    public void A_kind_that_is_never_replayed_is_never_spooled_and_every_other_has_a_rule()
    {
        Assert.All(Samples, sample => Assert.Equal(sample.Write.Replay == ReplayRule.Never, sample.Write.SpoolRefusal is not null));
        Assert.All(Samples, sample => Assert.True(Enum.IsDefined(sample.Write.Replay), sample.Name));
    }

    [Fact]
    public void What_only_another_key_changed_is_read_anew()
    {
        Assert.All(Samples, sample => Assert.Equal(sample.Write is ResealWrite, sample.Write.KeepsVersion));
    }

    [Fact]
    public void A_settled_write_depends_on_no_later_time()
    {
        Assert.All(Samples, sample =>
        {
            var settled = sample.Write.Settle(SampleWrites.Noon);
            Assert.Same(settled.GetType(), sample.Write.GetType());
            if (settled.SpoolRefusal is not null) return;
            Assert.Equal(Encoding.UTF8.GetString(WriteCodec.Encode(settled)),
                Encoding.UTF8.GetString(WriteCodec.Encode(settled.Settle(SampleWrites.Noon.AddDays(100)))));
        });
    }

    [Fact]
    public void Where_no_record_is_expected_a_whole_record_replaces_none()
    {
        Assert.All(Samples, sample =>
        {
            var guarded = sample.Write.ExpectingAbsence();
            var replaces = sample.Write.Replay == ReplayRule.NewerWins && !sample.Write.IsRemoval;
            Assert.Equal(replaces, guarded is ConditionalWrite { ExpectedVersion: 0 });
            if (!replaces) Assert.Same(sample.Write, guarded);
        });
    }

    [Fact]
    public void Every_table_has_its_halves_its_name_and_its_numbers()
    {
        Assert.Equal(Tables.OrderBy(table => table.LockOrder), RecordTables.All);
        Assert.Equal(RecordTables.All, PostgresTables.All.Select(half => half.Table));
        Assert.Equal(RecordTables.All, SqliteTables.All.Select(half => half.Table));
        Assert.Equal(Enumerable.Range(0, Tables.Count), RecordTables.All.Select(table => table.LockOrder));
        Assert.Equal(Tables.Count, Tables.Select(table => table.Number).Distinct().Count());
        Assert.Equal(Tables.Count, Tables.Select(table => table.Describe("1")).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Tables, table => Assert.Same(table, RecordTables.Find(table.Name)));
        Assert.All(Tables, table => Assert.Same(table, RecordTables.Of(table.Number)));
        Assert.All(Tables, table => Assert.Contains(RecordTables.Everything, change => change.Table == table.Name));
        Assert.All(Tables, table => Assert.Contains(Samples, sample => sample.Write.Table == table));
        Assert.All(PostgresTables.All, half => Assert.Equal(half.RaiseVersion is null, half.Table.HasNamesakes));
        // The numbers are in the outboxes of every installation.
        Assert.Equal(
            ["sessions 0", "users 1", "bot_state 2", "system_config 3", "trades 4", "keyed_state 5", "tasks 6", "calibrations 7"],
            RecordTables.All.Take(8).Select(table => $"{table.Name} {table.Number}"));
    }

    [Fact]
    public void What_restores_a_record_is_a_kind_of_its_table_that_replaces_it() => Assert.All(Tables, table =>
    {
        if (table.RestoringKind is null)
        {
            Assert.All(Samples.Where(sample => sample.Write.Table == table), sample =>
                Assert.True(sample.Write.Replay is ReplayRule.Once or ReplayRule.Never, sample.Name));
            return;
        }
        Assert.Contains(Samples, sample => sample.Write.Table == table && sample.Write.Kind == table.RestoringKind
            && sample.Write.Replay == ReplayRule.NewerWins);
    });

    [Fact]
    public void A_number_of_a_later_program_is_told_by_its_name() => Assert.Equal("unknown table 77", RecordTables.Of(77).Name);

    /// <summary>The replica takes it for granted, and a conflict does not: a user's save is a whole record that keeps what it leaves out.</summary>
    [Fact]
    public async Task A_write_that_replaces_the_record_makes_the_same_of_any_record_before()
    {
        foreach (var (name, write) in SampleWrites.All.Where(sample => sample.Write is { IsRemoval: false }
            && sample.Write.Table.RestoringKind is not null))
        {
            var unconditional = write.WithoutCondition();
            var (one, other) = (await AfterAsync(unconditional, rich: false), await AfterAsync(unconditional, rich: true));
            if (write.ReplacesRecord) Assert.Equal(one, other);
            else Assert.True(one != other, $"{name} replaces the whole record and does not say so");
        }
    }

    [Fact]
    public void Every_kind_is_written_by_the_contract_that_runs_against_every_store()
    {
        var made = Sources.MethodsOf(typeof(SampleWrites).Assembly)
            .Where(method => method.DeclaringType != typeof(SampleWrites))
            .SelectMany(CallScanner.CallsOf)
            .Where(called => called.IsConstructor)
            .Select(called => called.DeclaringType)
            .ToHashSet();

        Assert.Empty(Kinds.Except(made.OfType<Type>()).Select(kind => kind.Name));
    }

    /// <summary>What the store holds after a write over one of two records that differ in everything.</summary>
    private static async Task<string> AfterAsync(Write write, bool rich)
    {
        await using var test = await TestStore.OpenAsync();
        foreach (var before in Before(write, rich)) Assert.True((await test.ApplyAsync(before)).IsApplied);
        var outcome = await test.ApplyAsync(write);
        return outcome.IsApplied
            ? (string)test.Query($"SELECT doc FROM {write.Table.Name} WHERE {write.Table.KeyColumn} = '{write.RecordId}'")[0][0]
            : $"{outcome.Status}";
    }

    private static IEnumerable<Write> Before(Write write, bool rich)
    {
        var id = write.RecordId;
        return write.Table.Name switch
        {
            "sessions" => [rich
                ? new Nexus.Sessions.SaveSession(id, SealedField.Set("nx1.k.k"), SealedField.Set("nx1.s.s"), SampleWrites.Json("""{"old":[1,2]}"""),
                    null)
                : new Nexus.Sessions.SaveSession(id, SealedField.Set(null), SealedField.Set(null), SampleWrites.Json("{}"), null)],
            "users" => [rich
                ? Make.User(id, "old name", "admin") with { TimeZone = "Asia/Tokyo", TelegramId = 99, CreatedAt = SampleWrites.Noon.AddYears(-2),
                    Expiry = new(Nexus.Users.ExpiryKind.At, SampleWrites.Noon.AddDays(9)) }
                : Make.User(id, null, null) with { Expiry = new(Nexus.Users.ExpiryKind.DaysFromNow, Days: 1),
                    CreatedAt = SampleWrites.Noon.AddYears(-1) }],
            "bot_state" =>
                rich
                    ? [new Nexus.BotState.ChangeBotState(SampleWrites.Json("""{"OLD":true}"""), SampleWrites.Json("""{"old":{}}"""),
                    Nexus.BotState.AssetChange.Replace(["OLD"]), AiFilter: false)]
                    : [],
            "system_config" => [new Nexus.SystemConfig.SetSystemConfig(id, SampleWrites.Json(rich ? "[1]" : "2"), rich ? "old" : null, null)],
            "keyed_state" => [new Nexus.KeyedState.SaveKeyedState(
                id, SampleWrites.Json(rich ? """{"old":[1]}""" : "2"),
                rich ? Nexus.KeyedState.StateExpiry.At(SampleWrites.Noon.AddDays(9)) : Nexus.KeyedState.StateExpiry.Never, null)],
            "tasks" => [new Nexus.Tasks.SaveTask(SampleWrites.Task(1) with
            {
                Id = Guid.Parse(id), ChatId = rich ? "77" : "78", Action = rich ? "old" : "older", Description = rich ? "old" : null,
                Parameters = SampleWrites.Json(rich ? """{"old":[1]}""" : "{}"), IsActive = true,
                Schedule = Nexus.Tasks.TaskSchedule.FromStore(rich ? "cron" : "date", rich ? "* * * * *" : "2026-01-01T00:00:00Z", "UTC"),
                NextRun = SampleWrites.Noon.AddDays(rich ? 3 : 4),
                Runs = rich ? new Nexus.Tasks.TaskRuns(100, 90, 3, SampleWrites.Noon, "old") : Nexus.Tasks.TaskRuns.None,
            }, null)],
            "calibrations" => [new Nexus.Calibrations.SaveCalibration(
                id,
                new Nexus.Calibrations.CalibrationValues { SizeMultiplier = rich ? 2m : 3m, WinRateEstimate = rich ? 0.5m : null, IsActive = rich },
                null)],
            _ => throw new NotSupportedException($"{write.Table}: say here what two records that differ in everything are"),
        };
    }

    private static List<string> Ordered(IEnumerable<Type> types) => [.. types.Select(type => type.Name).Order(StringComparer.Ordinal)];
}
