using System.Globalization;
using Nexus.Operations.Alerts;

namespace Nexus.Cli.Configuration;

/// <summary>Definitions of settings by their kind of value.</summary>
internal static class Define
{
    public static Setting<int> Number(
        string key, string variable, int? @default, int least, int most, string description, string? option = null, string helpName = "N",
        string? withoutValue = null, string type = "number") => new()
        {
            Key = key,
            Variable = variable,
            Option = option,
            Description = description,
            Default = @default?.ToString(CultureInfo.InvariantCulture),
            WithoutValue = withoutValue,
            Type = type,
            Range = Kinds.Range(least, most),
            Shape = SettingShape.Number,
            HelpName = helpName,
            Parse = text => Kinds.Number(text, least, most),
        };

    public static Setting<long> LongNumber(
        string key, string variable, long @default, long least, string description, string type = "number") => new()
        {
            Key = key,
            Variable = variable,
            Description = description,
            Default = @default.ToString(CultureInfo.InvariantCulture),
            Type = type,
            Range = Kinds.Range(least, long.MaxValue),
            Shape = SettingShape.Number,
            Parse = text => Kinds.LongNumber(text, least, long.MaxValue),
        };

    public static Setting<TimeSpan> Duration(
        string key, string variable, TimeSpan @default, TimeSpan least, TimeSpan most, string description, string? option = null,
        bool isReloadable = false) => new()
        {
            Key = key,
            Variable = variable,
            Option = option,
            Description = description,
            Default = DurationText.Format(@default),
            IsReloadable = isReloadable,
            Type = "duration",
            Range = Kinds.DurationRange(least, most),
            HelpName = "TIME",
            Parse = text => Kinds.Duration(text, least, most),
        };

    /// <param name="key">The name in the configuration file.</param>
    /// <param name="variable">The environment variable.</param>
    /// <param name="default">The value without a source.</param>
    /// <param name="description">What it does.</param>
    /// <param name="option">An option that sets the value which is not the default.</param>
    public static Setting<bool> Switch(string key, string variable, bool @default, string description, string? option = null) => new()
    {
        Key = key,
        Variable = variable,
        Option = option,
        Description = description,
        Default = @default ? "true" : "false",
        Type = "switch",
        Range = "true or false",
        Shape = SettingShape.Switch,
        Parse = Kinds.Switch,
    };

    public static Setting<T> Choice<T>(
        string key, string variable, string @default, string description, string? option, bool isReloadable, params (string Name, T Value)[] choices)
    {
        // Loops, because LINQ would be compiled for each type of value at each start of the program.
        var names = new string[choices.Length];
        for (var choice = 0; choice < choices.Length; choice++) names[choice] = choices[choice].Name;
        return new()
        {
            Key = key,
            Variable = variable,
            Option = option,
            Description = description,
            Default = @default,
            IsReloadable = isReloadable,
            Type = "choice",
            Range = string.Join(", ", names),
            Choices = names,
            HelpName = string.Join('|', names),
            Parse = text => Array.IndexOf(names, text) is var found and >= 0
                ? choices[found].Value : throw new FormatException($"must be one of: {string.Join(", ", names)}"),
        };
    }

    public static Setting<string> Text(
        string key, string variable, string description, string? @default = null, string? withoutValue = null, string? option = null,
        string type = "text", string range = "", string helpName = "TEXT", bool isSecret = false, Func<string, string>? parse = null) => new()
        {
            Key = key,
            Variable = variable,
            Option = option,
            Description = description,
            Default = @default,
            WithoutValue = withoutValue,
            Type = type,
            Range = range,
            HelpName = helpName,
            IsSecret = isSecret,
            Parse = parse ?? Kinds.Text,
        };

    public static Setting<string> Path(
        string key, string variable, string description, string helpName = "FILE", string? @default = null, string? withoutValue = null,
        string? option = null) =>
        Text(key, variable, description, @default, withoutValue, option, type: helpName == "DIR" ? "folder" : "file", helpName: helpName,
            parse: Kinds.Path);
}
