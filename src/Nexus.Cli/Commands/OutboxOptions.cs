using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nexus.Cli.Configuration;
using Nexus.Operations.Outbox;

namespace Nexus.Cli.Commands;

/// <summary>The option that names the data folder of the outbox.</summary>
internal sealed class OutboxOptions
{
    private readonly SettingOption _data = new(StoreSettings.DataFolder) { Description = "The data folder. Default: NEXUS_DATA, or \"data\"." };

    public void AddTo(Command command) => command.Options.Add(_data);

    public async Task<OutboxAdmin> OpenAsync(ParseResult parsed, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var configuration = ToolConfiguration.Of(parsed);
        var adminKey = await configuration.FindAdminKeyAsync(cancellationToken);
        return new OutboxAdmin(configuration.ToNexusOptions(), adminKey, loggers, TimeProvider.System);
    }
}
