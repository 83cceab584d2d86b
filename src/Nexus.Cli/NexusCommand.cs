using System.CommandLine;
using Nexus.Cli.Commands;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;

namespace Nexus.Cli;

/// <summary>The command <c>nexus</c> with all its subcommands. Help, completion and the man page are generated from it.</summary>
internal sealed class NexusCommand : ConfiguredCommand
{
    private readonly Option<string?> _config = new("--config")
    {
        Description = $"The configuration file. Default: {ConfigurationFile.Variable}, or {ConfigurationFile.DefaultPath} if it exists.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    // Not a RootCommand, which takes its name from the executable file.
    public NexusCommand(CommandConsole console)
        : base("nexus", "The state engine of a trading bot with many subscribers, on PostgreSQL or an embedded store.")
    {
        Subcommands.Add(new ServeCommand(console));
        Subcommands.Add(new StatusCommand(console));
        Subcommands.Add(new MigrateCommand(console));
        Subcommands.Add(new ShardsCommand(console));
        Subcommands.Add(new ImportCommand(console));
        Subcommands.Add(new ExportCommand(console));
        Subcommands.Add(new BackupCommand(console));
        Subcommands.Add(new UsersCommand(console));
        Subcommands.Add(new KeysCommand(console));
        Subcommands.Add(new AuditCommand(console));
        Subcommands.Add(new OutboxCommand(console));
        Subcommands.Add(new AlertsCommand(console));
        Subcommands.Add(new QueriesCommand(console));
        Subcommands.Add(new MaintainCommand(console));
        Subcommands.Add(new BenchCommand(console));
        Subcommands.Add(new ConfigCommand(console));
        Subcommands.Add(new DoctorCommand(console));
        Subcommands.Add(new CompletionCommand(console));
        Subcommands.Add(new ManCommand(console));
        var help = new System.CommandLine.Help.HelpOption();
        ExamplesHelp.AddTo(help);
        Options.Add(_config);
        Options.Add(_verbose);
        Options.Add(help);
        Options.Add(new VersionOption());
    }

    public bool IsVerbose(ParseResult parsed) => parsed.GetValue(_verbose);

    /// <inheritdoc/>
    public override async Task ReadConfigurationAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        Configuration = await ToolConfiguration.LoadAsync(parsed.GetValue(_config), Environment.GetEnvironmentVariable, cancellationToken);
}
