using System.CommandLine;

namespace Nexus.Cli.Configuration;

/// <summary>The root command, whose configuration the commands use.</summary>
internal abstract class ConfiguredCommand(string name, string description) : Command(name, description)
{
    /// <summary>The file and the environment, once they are read.</summary>
    public ToolConfiguration? Configuration { get; protected set; }

    /// <summary>Reads the configuration. Errors are kept for the commands that use it.</summary>
    public abstract Task ReadConfigurationAsync(ParseResult parsed, CancellationToken cancellationToken);
}
