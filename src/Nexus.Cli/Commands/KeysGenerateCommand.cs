using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

/// <summary>Prints a new key and nothing else, so that it can be piped into a secret store.</summary>
internal sealed class KeysGenerateCommand : Command, IHasExamples
{
    public KeysGenerateCommand(CommandConsole console)
        : base("generate", "Print a new random key. Nexus does not store it: if you lose it, everything it sealed is lost.") =>
        SetAction(_ => console.Out.WriteLine(KeyMaintenance.Generate()));

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("NEXUS_KEYS=$(nexus keys generate) nexus serve", "starts the server with a temporary key")];
}
