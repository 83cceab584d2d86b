using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.BotState;
using Nexus.Operations.Json;
using Nexus.SystemConfig;

namespace Nexus.Server.Api;

/// <summary>The bot's switches as they are sent in.</summary>
internal sealed class BotStateBody
{
    [Description("Object of strategy to true or false.")]
    public RawJson EnabledStrategies { get; set; }

    [Description("Object of group to true, false or settings.")]
    public RawJson GroupConfig { get; set; }

    [Description("Symbols that nobody trades: the whole list, at most 10,000 of at most 100 characters.")]
    public IReadOnlyList<string>? DisabledAssets
    {
        get;
        set => field = value ?? throw new FieldFormatException("must be a list of symbols");
    }

    [Description("Whether signals pass the AI filter; true when nothing was ever said.")]
    public bool? AiFilterEnabled
    {
        get;
        set => field = value ?? throw new FieldFormatException("must be true or false");
    }

    [Description("Not looked at: name the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Not looked at.")]
    public DateTimeOffset? LastUpdated { get; set; }
}

/// <summary>The bot's switches.</summary>
internal sealed record BotStateView(
    RawJson EnabledStrategies,
    RawJson GroupConfig,
    IReadOnlyList<string> DisabledAssets,
    bool AiFilterEnabled,
    [property: Description("Rises with each change; 0 when nothing was ever written. Also the ETag.")] long Version,
    [property: Description("Null when nothing was ever written.")] DateTimeOffset? LastUpdated)
{
    public static BotStateView From(BotSwitches switches) => new(
        new RawJson(switches.EnabledStrategies.MaskedUtf8()),
        new RawJson(switches.GroupConfig.MaskedUtf8()),
        switches.DisabledAssets,
        switches.AiFilterEnabled,
        switches.Version,
        switches.Version == 0 ? null : switches.LastUpdated);
}

/// <summary>A setting as it is sent in.</summary>
internal sealed class ConfigEntryBody
{
    [Description("May be left out; must be the one of the route where it is given.")]
    public string? Key { get; set; }

    [Description("Any JSON value of at most 256 KiB. Secrets in it are sealed, a mask becomes the secret of this setting that it stands for, the whole value where the key's name is that of a secret.")]
    public RawJson Value { get; set; }

    [Description("Who changes it, at most 50 characters; the name of the API key where it is left out, nobody where it is null.")]
    public string? UpdatedBy
    {
        get;
        set => (field, NamesUpdater) = (value, true);
    }

    /// <summary>Whether updatedBy was given, even as null: a setting that nobody is named for is shown so, and can be sent back.</summary>
    [JsonIgnore]
    public bool NamesUpdater { get; private set; }

    [Description("Not looked at.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Not looked at: name the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Not looked at.")]
    public IReadOnlyList<string>? Unreadable { get; set; }
}

/// <summary>A setting.</summary>
internal sealed record ConfigEntryView(
    string Key,
    [property: Description("Secrets in it show a mask, ******** and a tag, unless the caller's key has the scope secrets.")] RawJson Value,
    DateTimeOffset UpdatedAt,
    string? UpdatedBy,
    [property: Description("Rises with each change; also the ETag.")] long Version)
{
    [Description("What cannot be opened with the server's encryption keys and is masked for that reason.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }

    public static ConfigEntryView From(ConfigEntry entry, bool reveal)
    {
        var unreadable = new List<string>();
        var value = new RawJson(reveal ? entry.Value.RevealedUtf8(unreadable) : entry.Value.MaskedUtf8());
        return new ConfigEntryView(entry.Key, value, entry.UpdatedAt, entry.UpdatedBy, entry.Version) { Unreadable = unreadable.Count == 0 ? null : unreadable };
    }
}

/// <summary>Every setting.</summary>
internal sealed record ConfigEntryList(IReadOnlyList<ConfigEntryView> Entries);
