namespace Nexus.Cli.Configuration;

/// <summary>
/// One setting of the program: its names, its values and what it does. The only definition; files, help and documents follow from it.
/// </summary>
internal abstract class Setting
{
    /// <summary>Its name in the configuration file, such as <c>database.maxPoolSize</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its environment variable.</summary>
    public required string Variable { get; init; }

    /// <summary>Its option on the command line; null for none.</summary>
    public string? Option { get; init; }

    /// <summary>What it does, as sentences.</summary>
    public required string Description { get; init; }

    /// <summary>The value without any source, as text; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>What applies without a value if <see cref="Default"/> is null, such as "the embedded store".</summary>
    public string? WithoutValue { get; init; }

    /// <summary>Whether the value is or may contain a secret, so that it is masked and may come from a file of its own.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether a running server takes a new value on SIGHUP.</summary>
    public bool IsReloadable { get; init; }

    /// <summary>The kind of value, for people.</summary>
    public required string Type { get; init; }

    /// <summary>The range or the form of the value, for people; empty for any.</summary>
    public string Range { get; init; } = "";

    public SettingShape Shape { get; init; }

    /// <summary>What separates the items of a list in a text.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>The only values, if it is a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The name of the value in the help.</summary>
    public string HelpName { get; init; } = "VALUE";

    /// <summary>The variable that names a file with the secret.</summary>
    public string? FileVariable => IsSecret ? $"{Variable}_FILE" : null;

    /// <summary>The key of the configuration file that names a file with the secret.</summary>
    public string? FileKey => IsSecret ? $"{Key}File" : null;

    /// <summary>What applies without a value, for people.</summary>
    public string DefaultText => Default ?? WithoutValue ?? "none";

    /// <summary>Why a text is not a value of this setting, without the text itself; null if it is one.</summary>
    public abstract string? FindError(string text);

    /// <summary>A value for people, without its secrets.</summary>
    public string Masked(string text) => SettingMask.Apply(this, text);
}

/// <summary>A setting with values of one type.</summary>
internal sealed class Setting<T> : Setting
{
    /// <summary>Reads a value. A <see cref="FormatException"/> gives the reason for refusing it.</summary>
    public required Func<string, T> Parse { get; init; }

    public override string? FindError(string text)
    {
        try
        {
            _ = Parse(text);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }
}
