using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Outbox;
using Nexus.Server;

namespace Nexus.Cli.Commands;

/// <summary>Where the outbox is: the data folder, and the server that may run on it.</summary>
internal sealed class OutboxOptions
{
    private readonly Option<string?> _data = new("--data") { Description = "The data folder; NEXUS_DATA otherwise, else \"data\".", HelpName = "DIR" };

    public void AddTo(Command command) => command.Options.Add(_data);

    public async Task<OutboxAdmin> OpenAsync(ParseResult parsed, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = NexusOptions.FromEnvironment();
        if (parsed.GetValue(_data) is { Length: > 0 } given) options.DataFolder = given;
        return new OutboxAdmin(options, await NexusServer.FindAdminKeyAsync(options.DataFolder, cancellationToken), loggers, TimeProvider.System);
    }
}
