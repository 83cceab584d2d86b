using Nexus.BotState;
using Nexus.Engine;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Properties;

/// <summary>
/// The contract's rules in the plainest form: one dictionary, one write after the other. It knows versions, outcomes and contents but
/// neither clocks nor figures, which have tests of their own.
/// </summary>
internal sealed class ModelStore
{
    private Dictionary<WriteKey, Record> _records = [];

    public long VersionOf(WriteKey key) => _records.TryGetValue(key, out var record) ? record.Version : 0;

    public object? ContentOf(WriteKey key) => _records.GetValueOrDefault(key)?.Content;

    public (WriteStatus Status, long Version)[] Apply(IReadOnlyList<Write> writes, bool atomic)
    {
        var before = new Dictionary<WriteKey, Record>(_records);
        var outcomes = writes.Select(Apply).ToArray();
        if (!atomic || Array.TrueForAll(outcomes, outcome => IsApplied(outcome.Status))) return outcomes;
        _records = before;
        return [.. outcomes.Select(outcome => IsApplied(outcome.Status) ? (WriteStatus.RolledBack, 0) : outcome)];
    }

    private static bool IsApplied(WriteStatus status) => status is WriteStatus.Applied or WriteStatus.AlreadyApplied;

    private (WriteStatus Status, long Version) Apply(Write write)
    {
        var stored = _records.GetValueOrDefault(write.Key);
        var version = stored?.Version ?? 0;
        if (stored?.WriteId == write.WriteId || (write is OpenTrade && stored is not null)) return (WriteStatus.AlreadyApplied, version);
        if (ExpectedVersion(write) is { } expected && expected != version) return (WriteStatus.Conflict, version);
        if (stored is null && !Creates(write)) return (WriteStatus.NotFound, 0);
        if (write is CloseTrade && stored!.Content is TradeStatus.Closed or TradeStatus.Cancelled) return (WriteStatus.InvalidState, 0);
        if (write is DeleteSession or RemoveUser or RemoveSystemConfig)
        {
            _records.Remove(write.Key);
            return (WriteStatus.Applied, version);
        }
        _records[write.Key] = new Record(version + 1, write.WriteId, Content(write, stored?.Content));
        return (WriteStatus.Applied, version + 1);
    }

    private static long? ExpectedVersion(Write write) => write switch
    {
        SaveSession save => save.ExpectedVersion,
        PatchSessionConfig patch => patch.ExpectedVersion,
        DeleteSession delete => delete.ExpectedVersion,
        SaveUser save => save.ExpectedVersion,
        RemoveUser remove => remove.ExpectedVersion,
        ChangeBotState change => change.ExpectedVersion,
        SetSystemConfig set => set.ExpectedVersion,
        RemoveSystemConfig remove => remove.ExpectedVersion,
        _ => null,
    };

    private static bool Creates(Write write) => write is SaveSession or SaveUser or ChangeBotState or SetSystemConfig or OpenTrade;

    private static object Content(Write write, object? before) => write switch
    {
        SaveSession save => Save(save, before as SessionContent),
        PatchSessionConfig patch =>
            (SessionContent)before! with { Config = MergePatch.Apply(((SessionContent)before!).Config.Span, patch.Patch.Span) },
        SaveUser save => new UserContent(save.Name ?? (before as UserContent)?.Name, save.Role ?? (before as UserContent)?.Role ?? "user"),
        ExtendUser => before!,
        ChangeBotState change => Change(change, change.Replace || before is null ? BotStateRow.Default : (BotStateRow)before),
        SetSystemConfig set => set.Value,
        OpenTrade open => open.Trade.Status,
        CloseTrade close => close.Status,
        _ => throw new NotSupportedException(write.GetType().Name),
    };

    private static SessionContent Save(SaveSession save, SessionContent? before) => new(
        save.ApiKey.IsKept ? before?.ApiKey : save.ApiKey.Value,
        save.ApiSecret.IsKept ? before?.ApiSecret : save.ApiSecret.Value,
        save.Config);

    private static BotStateRow Change(ChangeBotState change, BotStateRow before) => before with
    {
        Strategies = Document(before.Strategies, change.Strategies, change.Replace),
        Groups = Document(before.Groups, change.Groups, change.Replace),
        DisabledAssets = change.Assets?.ApplyTo(before.DisabledAssets) ?? before.DisabledAssets,
        AiFilter = change.AiFilter ?? before.AiFilter,
    };

    private static ReadOnlyMemory<byte> Document(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte>? change, bool replace) =>
        change is not { } document ? before : replace ? document : MergePatch.Apply(before.Span, document.Span);

    private sealed record Record(long Version, Guid WriteId, object Content);
}

internal sealed record SessionContent(string? ApiKey, string? ApiSecret, ReadOnlyMemory<byte> Config);

internal sealed record UserContent(string? Name, string Role);
