using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Operations.Status;
using Nexus.Server;

namespace Nexus.Cli.Commands;

/// <summary>The option that names the data folder of a running server.</summary>
internal sealed class ServerOptionsOfCommand
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "The data folder of the server. Default: NEXUS_DATA, or \"data\".",
        HelpName = "DIR"
    };

    public void AddTo(Command command) => command.Options.Add(_data);

    public string Folder(ParseResult parsed) =>
        parsed.GetValue(_data) is { Length: > 0 } given ? given : NexusOptions.FromEnvironment().DataFolder;

    public async Task<ServerCall> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        new(Folder(parsed), await NexusServer.FindAdminKeyAsync(Folder(parsed), cancellationToken));

    /// <summary>Calls the server.</summary>
    /// <exception cref="CommandFailedException">No server responds.</exception>
    public async Task<string> SendAsync(ParseResult parsed, HttpMethod method, string path, string? body, CancellationToken cancellationToken) =>
        await (await OpenAsync(parsed, cancellationToken)).SendAsync(method, path, body, cancellationToken)
        ?? throw new CommandFailedException($"no server responds in {Folder(parsed)}: start nexus serve, or name its folder with --data");
}
