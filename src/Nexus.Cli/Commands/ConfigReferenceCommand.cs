using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Prints the table of all settings.</summary>
internal sealed class ConfigReferenceCommand : Command, IHasExamples
{
    public ConfigReferenceCommand(CommandConsole console)
        : base("reference", "Print all settings with their values, defaults and meaning, as a table in Markdown.") =>
        SetAction(_ => console.Out.Write(SettingReference.Markdown()));

    public IReadOnlyList<(string CommandLine, string Does)> Examples => [("nexus config reference", "the table of docs/configuration.md")];
}
