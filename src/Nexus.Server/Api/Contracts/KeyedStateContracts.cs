using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Nexus.KeyedState;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>A value of the keyed state in a request.</summary>
internal sealed class StateEntryBody
{
    [Description("Optional. If present, it must equal the namespace in the path.")]
    public string? Namespace { get; set; }

    [Description("Optional. If present, it must equal the key in the path.")]
    public string? Key { get; set; }

    [Description(
        "Required. Any JSON value of at most 256 KiB. Its secrets are sealed; if a part of the namespace or the key is the name of a secret, the "
            + "whole value is. A mask keeps the stored secret of this value.")]
    public RawJson Value { get; set; }

    [Description("The time to live in seconds, 1 to 3153600000, counted from now by the store's clock. If absent, the value does not expire.")]
    [Range(1, 3_153_600_000)]
    public long? TtlSeconds { get; set; }

    [Description("The instant at which the value expires, in place of ttlSeconds; null for never.")]
    public DateTimeOffset? ExpiresAt { get; set; }

    [Description("Ignored: send the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Ignored.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Ignored.")]
    public IReadOnlyList<string>? Unreadable { get; set; }
}

/// <summary>A value of the keyed state.</summary>
internal sealed record StateEntryView(
    string Namespace,
    string Key,
    [property: Description("Its secrets show a mask (******** and a tag) unless the API key has the scope secrets.")] RawJson Value,
    [property: Description("Increases with each change. Also the ETag.")] long Version,
    DateTimeOffset UpdatedAt,
    [property: Description("When the value expires, by the store's clock; null for never.")] DateTimeOffset? ExpiresAt)
{
    [Description("Fields that are masked because the server's encryption keys cannot open them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }

    public static StateEntryView From(StateEntry entry, bool reveal)
    {
        var unreadable = new List<string>();
        var value = new RawJson(reveal ? entry.Value.Revealed(unreadable) : entry.Value.Masked());
        return new StateEntryView(entry.Namespace, entry.Key, value, entry.Version, entry.UpdatedAt, entry.ExpiresAt)
        {
            Unreadable = unreadable.Count == 0 ? null : unreadable,
        };
    }
}

/// <summary>A page of values.</summary>
internal sealed record StateEntryPage(
    IReadOnlyList<StateEntryView> Entries,
    [property: Description("The cursor of the next page; null on the last page.")] string? Next);
