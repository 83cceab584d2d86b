namespace Nexus.Cli.Configuration;

/// <summary>The value of a setting.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Text">The value as text; null if there is none.</param>
/// <param name="Source">The kind of its source.</param>
/// <param name="Place">Its source for people, such as <c>/etc/nexus/nexus.json, line 4</c>.</param>
internal sealed record SettingValue(Setting Setting, string? Text, SettingSource Source, string Place)
{
    public static SettingValue OfDefault(Setting setting) => new(setting, setting.Default, SettingSource.Default, "default");

    /// <summary>The value without its secrets.</summary>
    public string Shown => Text is null ? "" : Setting.Masked(Text);

    /// <summary>Not the generated text, which has the value.</summary>
    public override string ToString() => $"{Setting.Key} = {Shown} ({Place})";
}
