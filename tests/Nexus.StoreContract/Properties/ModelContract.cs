using CsCheck;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Properties;

/// <summary>Random sequences of batches have the same outcomes and leave the same state as in <see cref="ModelStore"/>.</summary>
public abstract class ModelContract : StoreContract
{
    private int _last;

    /// <summary>One step of a sequence, before it is known what is stored then.</summary>
    /// <param name="Kind">Which write.</param>
    /// <param name="Record">On which of few records.</param>
    /// <param name="Version">Null, 0, the stored version, or a wrong one.</param>
    /// <param name="Document">Content or patch.</param>
    /// <param name="Detail">Distinguishes the rest.</param>
    private sealed record Step(int Kind, int Record, int Version, string Document, int Detail);

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 12], Gen.Int[0, 2], Gen.Frequency((5, 0), (1, 1), (3, 2), (1, 3)), Gens.Mergeable(2), Gen.Int[0, 7],
        (kind, record, version, document, detail) => new Step(kind, record, version, document, detail));

    [Fact]
    public Task Every_sequence_of_batches_has_the_outcomes_and_the_state_of_the_model() =>
        Gen.Select(Steps.Array[1, 8], Gen.Frequency((2, false), (1, true))).Array[1, 12].SampleAsync(
            RunAsync,
            iter: 60,
            threads: 1, // The bot state is one record.
            print: batches =>
                string.Join('\n', batches.Select(batch =>
                    $"{(batch.Item2 ? "atomic" : "batch")}: {string.Join("; ", (IEnumerable<Step>)batch.Item1)}")));

    private async Task RunAsync((Step[] Steps, bool Atomic)[] batches)
    {
        var run = $"{Interlocked.Increment(ref _last)}";
        var trades = Enumerable.Range(0, 3).Select(i => Make.Trade(run, Make.Noon.AddDays(20 * i))).ToArray();
        var model = new ModelStore();
        var offset = (await ApplyAsync(Make.State(replace: true))).Version;
        model.Apply([Make.State(replace: true)], atomic: false);
        var history = new List<Write>();

        foreach (var (steps, atomic) in batches)
        {
            var writes = steps.Select(ToWrite).DistinctBy(write => write.Key).ToList();
            var expected = model.Apply(writes, atomic);
            var actual = await Store.ApplyAsync([.. writes.Select(Real)], atomic, Token);
            Assert.Equal(expected, writes.Zip(actual, (write, outcome) => (outcome.Status, Seen(write, outcome))));
            history.AddRange(writes);
        }
        foreach (var key in history.Select(write => write.Key).Distinct()) await CompareAsync(key);

        Write ToWrite(Step step)
        {
            // Sometimes the same write again, as after a lost response.
            if (step.Detail == 7 && history.Count > 0) return history[step.Record * 31 % history.Count];
            var id = $"{run}{step.Record}";
            return step.Kind switch
            {
                0 or 1 => new SaveSession(id, Field(step.Detail), Field(step.Detail / 2), Make.Utf8(step.Document), Expected(SessionRow.Table, id)),
                2 or 3 => Make.Patch(id, step.Document, Expected(SessionRow.Table, id)),
                4 => new DeleteSession(id, Expected(SessionRow.Table, id)),
                5 =>
                    Make.User(id, (step.Detail & 1) == 0 ? null : $"name {step.Detail}", (step.Detail & 2) == 0 ? null : "admin",
                        expected: Expected(UserRow.Table, id)),
                6 => new ExtendUser(id, 1 + step.Detail),
                7 => new RemoveUser(id, Expected(UserRow.Table, id)),
                8 => Make.State(
                    (step.Detail & 1) == 0 ? null : step.Document, (step.Detail & 2) == 0 ? null : step.Document,
                    new AssetChange(null, [$"A{step.Record}"], [$"A{step.Detail}"]),
                    (step.Detail & 4) == 0 ? null : step.Record == 0, replace: step.Detail == 3, Expected(BotStateRow.Table, "1")),
                9 => Make.Config(id, step.Document, expected: Expected(SystemConfigRow.Table, id)),
                10 => new RemoveSystemConfig(id, Expected(SystemConfigRow.Table, id)),
                11 => new OpenTrade(trades[step.Record] with { Status = step.Detail == 0 ? TradeStatus.Cancelled : TradeStatus.Open }),
                _ =>
                    Make.Close(trades[step.Record].Id, 110m, (step.Detail & 1) == 0 ? null : run, status: step.Detail < 3 ? TradeStatus.Cancelled
                        : TradeStatus.Closed),
            };

            long? Expected(RecordTable table, string key) => step.Version switch
            {
                0 => null,
                1 => 0,
                2 => model.VersionOf(new WriteKey(table, key)),
                _ => model.VersionOf(new WriteKey(table, key)) + 1 + step.Detail,
            };
        }

        // The bot state is never deleted, so its versions in the store are ahead of the model's by what earlier runs did.
        Write Real(Write write) =>
            write is ChangeBotState { ExpectedVersion: > 0 and var expected } change
                ? change with { ExpectedVersion = expected + offset - 1 }
                : write;

        long Seen(Write write, WriteOutcome outcome) =>
            write is ChangeBotState && outcome.Version > 0 ? outcome.Version - offset + 1 : outcome.Version;

        async Task CompareAsync(WriteKey key)
        {
            switch (model.ContentOf(key))
            {
                case SessionContent expected:
                    var session = (await SessionAsync(key.Id))!;
                    Make.AssertJson(expected.Config, session.Config);
                    Assert.Equal((expected.ApiKey, expected.ApiSecret, model.VersionOf(key)), (session.ApiKey, session.ApiSecret, session.Version));
                    break;
                case UserContent expected:
                    var user = (await UserAsync(key.Id))!;
                    Assert.Equal((expected.Name, expected.Role, model.VersionOf(key)), (user.Name, user.Role, user.Version));
                    break;
                case BotStateRow expected:
                    var state = await Store.GetBotStateAsync(Token);
                    Make.AssertJson(expected.Strategies, state.Strategies);
                    Make.AssertJson(expected.Groups, state.Groups);
                    Assert.Equal(expected.DisabledAssets, state.DisabledAssets);
                    Assert.Equal((expected.AiFilter, model.VersionOf(key) + offset - 1), (state.AiFilter, state.Version));
                    break;
                case ReadOnlyMemory<byte> expected:
                    var entry = (await ConfigAsync(key.Id))!;
                    Make.AssertJson(expected, entry.Value);
                    Assert.Equal(model.VersionOf(key), entry.Version);
                    break;
                case TradeStatus expected:
                    var trade = (await TradeAsync(Guid.Parse(key.Id)))!;
                    Assert.Equal((expected, model.VersionOf(key)), (trade.Status, trade.Version));
                    break;
                default:
                    Assert.True(await IsMissingAsync(key), $"{key} should not be there");
                    break;
            }
        }
    }

    private async Task<bool> IsMissingAsync(WriteKey key) => key.Table.Name switch
    {
        "sessions" => await SessionAsync(key.Id) is null,
        "users" => await UserAsync(key.Id) is null,
        "system_config" => await ConfigAsync(key.Id) is null,
        "trades" => await TradeAsync(Guid.Parse(key.Id)) is null,
        _ => false,
    };

    private static SealedField Field(int detail) => (detail & 3) switch
    {
        0 => SealedField.Keep,
        1 => SealedField.Set(null),
        _ => SealedField.Set($"secret {detail}"),
    };
}
