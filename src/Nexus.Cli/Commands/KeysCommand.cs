using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>The key ring.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(CommandConsole console)
        : base("keys", "The encryption keys: NEXUS_KEYS is a ring, comma separated; the first key seals, all open.")
    {
        Subcommands.Add(new KeysGenerateCommand(console));
        Subcommands.Add(new KeysListCommand(console));
        Subcommands.Add(new KeysVerifyCommand(console));
        Subcommands.Add(new KeysRotateCommand(console));
        Subcommands.Add(new KeysApiKeysCommand(console));
        Subcommands.Add(new KeysScanCommand(console));
    }
}
