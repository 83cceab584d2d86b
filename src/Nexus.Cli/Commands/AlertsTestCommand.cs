using System.CommandLine;
using System.Text.Json;
using Nexus.Cli.Terminal;
using Nexus.Operations.Alerts;

namespace Nexus.Cli.Commands;

/// <summary>Sends a test message with a notifier of a running server.</summary>
internal sealed class AlertsTestCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly ServerOptionsOfCommand _server = new();
    private readonly Argument<string> _name = new("notifier") { Description = "The name of the notifier in the settings file." };

    public AlertsTestCommand(CommandConsole console)
        : base("test", "Send a test message with a notifier of the running server. The exit code is 1 if it does not arrive.")
    {
        _console = console;
        Arguments.Add(_name);
        _server.AddTo(this);
        SetAction(TestAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("nexus alerts test telegram", "sends a message with the notifier telegram")];

    private async Task<int> TestAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = parsed.GetRequiredValue(_name);
        var text = await _server.SendAsync(
            parsed, HttpMethod.Post, $"v1/alerts/notifiers/{Uri.EscapeDataString(name)}/test", null, cancellationToken);
        var result = JsonSerializer.Deserialize(text, AlertJson.Default.NotifierTestView)!;
        if (result.Arrived) _console.WriteLine("The message arrived.");
        else _console.WriteError($"the message did not arrive: {result.Error}");
        return result.Arrived ? ExitCodes.Success : ExitCodes.Failure;
    }
}
