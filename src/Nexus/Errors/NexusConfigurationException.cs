namespace Nexus.Errors;

/// <summary>A setting is missing or invalid. The message names the setting.</summary>
public sealed class NexusConfigurationException : NexusException
{
    /// <summary>Creates the exception for a setting. The message says what it accepts and never repeats a value that may be secret.</summary>
    public NexusConfigurationException(string setting, string message, Exception? inner = null)
        : base("configuration", $"{setting}: {message}", inner) => Setting = setting;

    /// <summary>The invalid setting, such as <c>Database</c>.</summary>
    public string Setting { get; }
}
