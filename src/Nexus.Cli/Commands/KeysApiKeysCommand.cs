using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Engine;
using Nexus.History;
using Nexus.Operations.Keys;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Lists the API keys and repairs their index.</summary>
internal sealed class KeysApiKeysCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<string[]> _accept = new("--accept")
    {
        Description =
            "Accept only the API keys with these ids and remove all others. Repairs the index of the API keys after it was lost or restored "
            + "to an earlier state.",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _acceptNone = new("--accept-none") { Description = "Accept no API key and remove all of them." };
    private readonly Option<bool> _json = JsonOption.Create();

    public KeysApiKeysCommand(CommandConsole console)
        : base("api-keys", "List the stored API keys, with the reason for each key that is not accepted. The exit code is 1 if there is such a key.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_accept);
        Options.Add(_acceptNone);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus keys api-keys", "after a restore, or if the server logs that API keys are not trusted"),
        ("nexus keys api-keys --accept 3f1c9a527d84 4b0e9c612ab8", "accepts these two and removes every other API key"),
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var accept = parsed.GetValue(_accept) ?? [];
        if (accept.Length > 0 && parsed.GetValue(_acceptNone))
            throw new CommandFailedException("--accept and --accept-none cannot be combined", ExitCodes.Usage);
        using var loggers = CommandLogging.Create();
        // Environment.UserName is empty where the user has no entry in the system's list.
        var person = Environment.UserName is { Length: > 0 } user ? user : "unknown";
        using var author = NexusHistory.By(new ChangeAuthor(person, person, ChangeOrigin.CommandLine));
        var report = accept.Length > 0 || parsed.GetValue(_acceptNone)
            ? await KeyMaintenance.AcceptApiKeysAsync(_store.Read(parsed), accept, loggers, TimeProvider.System, cancellationToken)
            : await KeyMaintenance.ListApiKeysAsync(_store.Read(parsed), loggers, TimeProvider.System, cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(report, KeyReportJson.Default.ApiKeyReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(ApiKeyReport report)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("id", "name", "scopes", "created", "");
        foreach (var key in report.ApiKeys)
        {
            var state = key.Reason is null ? "accepted" : key.IsReadable ? "not accepted" : "not readable";
            table.AddRow(Text(key.Id), Text(key.Name ?? ""), Text(string.Join(", ", key.Scopes)), key.CreatedAt is { } at ? $"{at:u}" : "", state);
        }
        _console.OutTerminal.Write(table);
        if (report.Distrust is { } reason) _console.WriteError(reason);
        else foreach (var key in report.ApiKeys.Where(key => key.Reason is not null)) _console.WriteError($"{key.Id}: {key.Reason}");
    }

    private static string Text(string text) => Markup.Escape(Printable.Line(text));
}
