using System.Text.Json;
using Nexus.Dispatch;
using Nexus.Sessions;
using Nexus.TestKit;

namespace Nexus.StoreContract.Front;

/// <summary>Selecting recipients three ways.</summary>
internal static class DispatchKit
{
    /// <summary>By the engine: from its index if that is ready.</summary>
    public static async Task<List<SignalRecipient>> DispatchAsync(this NexusDb db, Signal signal, CancellationToken cancellationToken) =>
        Ordered(await StoreContract.ToListAsync(db.Sessions.DispatchAsync(signal, cancellationToken)));

    /// <summary>By a walk over all sessions, as the legacy did it.</summary>
    public static async Task<List<SignalRecipient>> WalkAsync(this NexusDb db, Signal signal, CancellationToken cancellationToken)
    {
        signal = Plain(signal);
        var switches = await db.BotState.GetAsync(cancellationToken);
        List<SignalRecipient> found = [];
        if (!IsTrue(switches.EnabledStrategies.Root, signal.Strategy) || switches.DisabledAssets.Contains(signal.Symbol ?? "")) return found;
        if (signal.Group is { } group && !IsGroupOn(switches.GroupConfig.Root, group)) return found;
        await foreach (var session in db.Sessions.ListAsync(cancellationToken: cancellationToken))
        {
            var config = session.Config.Root;
            var mode = config.TryGetProperty("mode", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            if (mode is { Length: > 100 }) mode = null;
            var isMeant = IsTrue(Part(config, "strategies"), signal.Strategy)
                && (signal.Group is null || IsTrue(Part(config, "groups"), signal.Group))
                && (signal.Symbol is null || !IsDisabled(Part(config, "disabled_assets"), signal.Symbol))
                && (signal.Modes is null || (mode is not null && signal.Modes.Contains(mode)));
            if (isMeant && (await db.Users.CheckAccessAsync(session.ChatId, cancellationToken)).Allowed)
                found.Add(new SignalRecipient(session.ChatId, mode));
        }
        return Ordered(found);
    }

    /// <summary>By the store's query, for signals that the bot's switches let pass.</summary>
    public static async Task<List<SignalRecipient>> QueryAsync(
        this NexusDb db, Signal signal, IEnumerable<string> owners, CancellationToken cancellationToken)
    {
        signal = Plain(signal);
        var query = new DispatchQuery(
            signal.Strategy, signal.Group, signal.Symbol, [.. signal.Modes ?? []], owners.ToHashSet(StringComparer.Ordinal));
        return Ordered(await StoreContract.ToListAsync(db.Store.DispatchAsync(query, cancellationToken)));
    }

    /// <summary>Asks for the index until it is ready.</summary>
    public static Task WarmAsync(this NexusDb db, CancellationToken cancellationToken) => Eventually.TrueAsync(async () =>
    {
        // Only a signal that the bot's switches let pass needs the index.
        await db.DispatchAsync(new Signal("on"), cancellationToken);
        return db.Sessions.DispatchIndex.IsReady;
    });

    /// <summary>Empty texts are none.</summary>
    private static Signal Plain(Signal signal) => signal with
    {
        Group = string.IsNullOrEmpty(signal.Group) ? null : signal.Group,
        Symbol = string.IsNullOrEmpty(signal.Symbol) ? null : signal.Symbol,
    };

    private static List<SignalRecipient> Ordered(List<SignalRecipient> recipients) => [.. recipients.OrderBy(recipient => recipient.ChatId)];

    private static JsonElement Part(JsonElement config, string name) => config.TryGetProperty(name, out var part) ? part : default;

    private static bool IsTrue(JsonElement names, string name) =>
        names.ValueKind == JsonValueKind.Object && names.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool IsGroupOn(JsonElement groups, string name) => groups.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Object => !value.TryGetProperty("enabled", out var enabled) || enabled.ValueKind == JsonValueKind.True,
        _ => false,
    };

    private static bool IsDisabled(JsonElement assets, string symbol) => assets.ValueKind switch
    {
        JsonValueKind.Array => assets.EnumerateArray().Any(asset => asset.ValueKind == JsonValueKind.String && asset.GetString() == symbol),
        JsonValueKind.Object => assets.TryGetProperty(symbol, out _),
        JsonValueKind.String => assets.GetString() == symbol,
        _ => false,
    };
}
