namespace Nexus.Cli.Configuration;

/// <summary>Where a value comes from. Later ones take precedence.</summary>
internal enum SettingSource
{
    /// <summary>No source gives a value.</summary>
    Default,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>An environment variable, or a file that one names, or a credential of systemd.</summary>
    Environment,

    /// <summary>An option on the command line.</summary>
    Option,
}
