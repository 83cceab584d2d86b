using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Nexus.BotState;
using Nexus.Operations.Json;
using Nexus.SystemConfig;

namespace Nexus.Server.Api;

/// <summary>The bot's switches in a request.</summary>
internal sealed class BotStateBody
{
    [Description("An object that maps strategies to true or false.")]
    public RawJson EnabledStrategies { get; set; }

    [Description("An object that maps groups to true, false or settings.")]
    public RawJson GroupConfig { get; set; }

    [Description("The complete list of symbols that are not traded: at most 10,000 symbols of at most 64 characters.")]
    public IReadOnlyList<string>? DisabledAssets
    {
        get;
        set => field = value ?? throw new FieldFormatException("must be a list of symbols");
    }

    [Description("Whether signals pass the AI filter. Default: true.")]
    public bool? AiFilterEnabled
    {
        get;
        set => field = value ?? throw new FieldFormatException("must be true or false");
    }

    [Description("Ignored: send the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Ignored.")]
    public DateTimeOffset? LastUpdated { get; set; }
}

/// <summary>The bot's switches.</summary>
internal sealed record BotStateView(
    RawJson EnabledStrategies,
    RawJson GroupConfig,
    IReadOnlyList<string> DisabledAssets,
    bool AiFilterEnabled,
    [property: Description("Increases with each change; 0 if nothing was ever written. Also the ETag.")] long Version,
    [property: Description("Null if nothing was ever written.")] DateTimeOffset? LastUpdated)
{
    public static BotStateView From(BotSwitches switches) => new(
        new RawJson(switches.EnabledStrategies.Masked()),
        new RawJson(switches.GroupConfig.Masked()),
        switches.DisabledAssets,
        switches.AiFilterEnabled,
        switches.Version,
        switches.Version == 0 ? null : switches.LastUpdated);
}

/// <summary>A setting in a request.</summary>
internal sealed class ConfigEntryBody
{
    [Description("Optional. If present, it must equal the key in the path.")]
    public string? Key { get; set; }

    [Description(
        "Required. Any JSON value of at most 256 KiB. Its secrets are sealed; if the key is the name of a secret, the whole value is. A "
            + "mask keeps the stored secret of this setting.")]
    public RawJson Value { get; set; }

    [MaxLength(50)]
    [Description("Who makes the change, at most 50 characters. Default: the name of the API key. Null records no name.")]
    public string? UpdatedBy
    {
        get;
        set => (field, NamesUpdater) = (value, true);
    }

    /// <summary>Whether updatedBy is present, even as null: a setting without a name is returned with null and can be sent back unchanged.</summary>
    [JsonIgnore]
    public bool NamesUpdater { get; private set; }

    [Description("Ignored.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Ignored: send the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Ignored.")]
    public IReadOnlyList<string>? Unreadable { get; set; }
}

/// <summary>A setting.</summary>
internal sealed record ConfigEntryView(
    string Key,
    [property: Description("Its secrets show a mask (******** and a tag) unless the API key has the scope secrets.")] RawJson Value,
    DateTimeOffset UpdatedAt,
    string? UpdatedBy,
    [property: Description("Increases with each change. Also the ETag.")] long Version)
{
    [Description("Fields that are masked because the server's encryption keys cannot open them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }

    public static ConfigEntryView From(ConfigEntry entry, bool reveal)
    {
        var unreadable = new List<string>();
        var value = new RawJson(reveal ? entry.Value.Revealed(unreadable) : entry.Value.Masked());
        return new ConfigEntryView(
            entry.Key, value, entry.UpdatedAt, entry.UpdatedBy, entry.Version)
        { Unreadable = unreadable.Count == 0 ? null : unreadable };
    }
}

/// <summary>All settings.</summary>
internal sealed record ConfigEntryList(IReadOnlyList<ConfigEntryView> Entries);
