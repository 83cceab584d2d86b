using System.CommandLine;
using Nexus.Cli.Commands;
using Nexus.Cli.Terminal;

var console = new CommandConsole();
// Not a RootCommand, which takes its name from the executable file.
var root = new Command("nexus", "The state engine of a trading bot with many subscribers, on PostgreSQL or an embedded store.")
{
    new ServeCommand(console),
    new StatusCommand(console),
    new MigrateCommand(console),
    new ImportCommand(console),
    new ExportCommand(console),
    new BackupCommand(console),
    new UsersCommand(console),
    new KeysCommand(console),
    new AuditCommand(console),
    new OutboxCommand(console),
    new AlertsCommand(console),
    new QueriesCommand(console),
    new MaintainCommand(console),
    new BenchCommand(console),
};
return await CommandRunner.RunAsync(root, args, console);
