using System.CommandLine;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Commands for the encryption keys.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(CommandConsole console)
        : base("keys", "Manage the encryption keys. NEXUS_KEYS is a comma-separated key ring: the first key seals, all keys open.")
    {
        Subcommands.Add(new KeysGenerateCommand(console));
        Subcommands.Add(new KeysListCommand(console));
        Subcommands.Add(new KeysVerifyCommand(console));
        Subcommands.Add(new KeysRotateCommand(console));
        Subcommands.Add(new KeysApiKeysCommand(console));
        Subcommands.Add(new KeysScanCommand(console));
    }
}
