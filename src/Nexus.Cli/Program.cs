using Nexus.Cli;
using Nexus.Cli.Terminal;

var console = new CommandConsole();
return await CommandRunner.RunAsync(new NexusCommand(console), args, console);
