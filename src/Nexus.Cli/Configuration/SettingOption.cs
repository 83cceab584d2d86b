using System.CommandLine;
using System.CommandLine.Parsing;

namespace Nexus.Cli.Configuration;

/// <summary>An option of a command that sets a setting.</summary>
internal interface ISettingOption
{
    Setting Setting { get; }

    string Name { get; }

    /// <summary>The value on the command line; null if it is not given.</summary>
    string? Given(ParseResult parsed);
}

/// <summary>An option with the value of a setting. Its name, help and check are those of the setting.</summary>
internal sealed class SettingOption : Option<string?>, ISettingOption
{
    public SettingOption(Setting setting)
        : base(setting.Option ?? throw new ArgumentException($"{setting.Key} has no option"))
    {
        Setting = setting;
        HelpName = setting.HelpName;
        Description = $"{setting.Description}{RangeOf(setting)} Default: {setting.Variable}, or {setting.DefaultText}.";
        if (setting.Choices.Count > 0) AcceptOnlyFromAmong([.. setting.Choices]);
        else Validators.Add(Check);
    }

    public Setting Setting { get; }

    /// <summary>An empty value is the same as none, as it is for a variable.</summary>
    public string? Given(ParseResult parsed) => parsed.GetResult(this) is { Implicit: false } ? NotEmpty(parsed.GetValue(this)) : null;

    private static string RangeOf(Setting setting) =>
        setting.Range.Length > 0 && setting.Choices.Count == 0 && char.IsAsciiDigit(setting.Range[0]) ? $" {setting.Range}." : "";

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private void Check(OptionResult result)
    {
        if (result.Tokens is [var token] && (token.Value.Length > 0 || Setting.Shape == SettingShape.List)
            && Setting.FindError(token.Value) is { } reason) result.AddError($"{Name} {reason}");
    }
}

/// <summary>An option without a value that sets a switch to what is not its default, such as <c>--no-dashboard</c>.</summary>
internal sealed class SettingFlag : Option<bool>, ISettingOption
{
    public SettingFlag(string name, Setting<bool> setting, string description)
        : base(name)
    {
        Setting = setting;
        Description = $"{description} The setting is {setting.Key} ({setting.Variable}).";
    }

    public Setting Setting { get; }

    public string? Given(ParseResult parsed) => parsed.GetValue(this) ? Setting.Default == "true" ? "false" : "true" : null;
}
