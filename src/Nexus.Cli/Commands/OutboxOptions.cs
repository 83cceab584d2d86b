using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Operations.Outbox;
using Nexus.Server;

namespace Nexus.Cli.Commands;

/// <summary>The option that names the data folder of the outbox.</summary>
internal sealed class OutboxOptions
{
    private readonly Option<string?> _data = new("--data") { Description = "The data folder. Default: NEXUS_DATA, or \"data\".", HelpName = "DIR" };

    public void AddTo(Command command) => command.Options.Add(_data);

    public async Task<OutboxAdmin> OpenAsync(ParseResult parsed, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = NexusOptions.FromEnvironment();
        if (parsed.GetValue(_data) is { Length: > 0 } given) options.DataFolder = given;
        return new OutboxAdmin(options, await NexusServer.FindAdminKeyAsync(options.DataFolder, cancellationToken), loggers, TimeProvider.System);
    }
}
