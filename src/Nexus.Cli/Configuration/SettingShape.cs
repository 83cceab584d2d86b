namespace Nexus.Cli.Configuration;

/// <summary>The JSON value of a setting in the configuration file.</summary>
internal enum SettingShape
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Switch,

    /// <summary>A list of strings or numbers. A single value counts as a list of one.</summary>
    List,
}
