using System.CommandLine;
using Nexus.Cli.Commands;
using Nexus.Cli.Terminal;

var console = new CommandConsole();
// Not a RootCommand: its name would be that of the file that was started.
var root = new Command("nexus", "The state engine of a trading bot with many subscribers, in PostgreSQL or embedded.")
{
    new ServeCommand(console),
    new StatusCommand(console),
    new MigrateCommand(console),
    new ImportCommand(console),
    new ExportCommand(console),
    new KeysCommand(console),
    new AuditCommand(console),
    new OutboxCommand(console),
    new BenchCommand(console),
};
return await CommandRunner.RunAsync(root, args, console);
