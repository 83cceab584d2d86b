using System.Text.Json;
using Nexus.Dispatch;
using Nexus.Json;

namespace Nexus.BotState;

/// <summary>The switches of one version, made ready for signals.</summary>
internal sealed class SignalSwitches
{
    private readonly HashSet<string> _strategies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _disabled;

    public SignalSwitches(BotStateRow row)
    {
        (Row, _disabled) = (row, new HashSet<string>(row.DisabledAssets, StringComparer.Ordinal));
        foreach (var (name, value) in Members(row.Strategies))
        {
            if (value.ValueKind == JsonValueKind.True) _strategies.Add(name);
        }
        foreach (var (name, value) in Members(row.Groups))
        {
            if (IsOn(value)) _groups.Add(name);
        }
    }

    public BotStateRow Row { get; }

    public bool Allow(DispatchQuery signal) =>
        _strategies.Contains(signal.Strategy)
        && (signal.Group is null || _groups.Contains(signal.Group))
        && (signal.Symbol is null || !_disabled.Contains(signal.Symbol));

    /// <summary>A group is <c>true</c>, or has settings, which may switch it off by <c>enabled</c>.</summary>
    private static bool IsOn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Object => !value.TryGetProperty("enabled"u8, out var enabled) || enabled.ValueKind == JsonValueKind.True,
        _ => false,
    };

    private static List<(string Name, JsonElement Value)> Members(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, JsonText.StoredOptions);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? [.. document.RootElement.EnumerateObject().Select(member => (member.Name, member.Value.Clone()))]
            : [];
    }
}
