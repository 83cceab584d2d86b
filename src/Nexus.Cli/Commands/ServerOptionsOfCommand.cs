using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Status;
using Nexus.Server;

namespace Nexus.Cli.Commands;

/// <summary>The option that names the data folder of a running server.</summary>
internal sealed class ServerOptionsOfCommand
{
    private readonly SettingOption _data = new(StoreSettings.DataFolder)
    { Description = "The data folder of the server. Default: NEXUS_DATA, or \"data\"." };

    public void AddTo(Command command) => command.Options.Add(_data);

    public async Task<ServerCall> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        new(Folder(parsed), await ToolConfiguration.Of(parsed).FindAdminKeyAsync(cancellationToken));

    /// <summary>Calls the server.</summary>
    /// <exception cref="CommandFailedException">No server responds.</exception>
    public async Task<string> SendAsync(ParseResult parsed, HttpMethod method, string path, string? body, CancellationToken cancellationToken) =>
        await (await OpenAsync(parsed, cancellationToken)).SendAsync(method, path, body, cancellationToken)
        ?? throw new CommandFailedException($"no server responds in {Folder(parsed)}: start nexus serve, or name its folder with --data");

    private static string Folder(ParseResult parsed) => ToolConfiguration.Of(parsed).Get(StoreSettings.DataFolder);
}
