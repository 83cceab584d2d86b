using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Cli.Terminal;
using Nexus.Operations.Alerts;

namespace Nexus.Cli.Commands;

/// <summary>Silences alerts, or ends a silence.</summary>
internal sealed class AlertsSilenceCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly ServerOptionsOfCommand _server = new();
    private readonly Argument<string> _rule = new("rule")
    {
        Description = "The name of the rule; an asterisk at the end matches any ending. With --end: the id of the silence.",
    };

    private readonly Option<TimeSpan?> _for = new("--for")
    {
        Description = "How long, such as 30m, 8h or 7d; at most 90d.",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    private readonly Option<string?> _reason = new("--reason") { Description = "The reason, which other operators see.", HelpName = "TEXT" };
    private readonly Option<string[]> _labels = new("--label")
    {
        Description = "Only alerts with this label, such as relname=trades.",
        HelpName = "NAME=VALUE"
    };
    private readonly Option<bool> _end = new("--end") { Description = "End a silence early." };
    private readonly Option<bool> _json = JsonOption.Create();

    public AlertsSilenceCommand(CommandConsole console)
        : base("silence", "Send no notifications about the alerts of a rule for a time, on every instance.")
    {
        _console = console;
        Arguments.Add(_rule);
        Options.Add(_for);
        Options.Add(_reason);
        Options.Add(_labels);
        Options.Add(_end);
        _server.AddTo(this);
        Options.Add(_json);
        this.AddCheck(result =>
        {
            if (result.GetValue(_end)) return;
            if (result.GetValue(_for) is null) result.AddError("--for is required, for example --for 8h");
            if (string.IsNullOrWhiteSpace(result.GetValue(_reason))) result.AddError("--reason is required");
        });
        SetAction(SilenceAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus alerts silence NexusDeadRows --for 8h --reason \"bulk load\" --label relname=trades", "for one table"),
        ("nexus alerts silence --end 0190b6a0000070008000000000000000", "ends a silence that nexus alerts list shows"),
    ];

    private async Task<int> SilenceAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var rule = parsed.GetRequiredValue(_rule);
        if (parsed.GetValue(_end))
        {
            await _server.SendAsync(parsed, HttpMethod.Delete, $"v1/alerts/silences/{Uri.EscapeDataString(rule)}", null, cancellationToken);
            return ExitCodes.Success;
        }
        var labels = new JsonObject();
        foreach (var label in parsed.GetValue(_labels) ?? [])
        {
            if (label.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } value])
                throw new CommandFailedException("--label must be a name and a value, such as relname=trades", ExitCodes.Usage);
            labels[name] = value;
        }
        var body = new JsonObject
        {
            ["rule"] = rule,
            ["labels"] = labels,
            ["until"] = TimeProvider.System.GetUtcNow() + parsed.GetValue(_for)!.Value,
            ["reason"] = parsed.GetValue(_reason),
        };
        var text = await _server.SendAsync(parsed, HttpMethod.Post, "v1/alerts/silences", body.ToJsonString(), cancellationToken);
        var silence = JsonSerializer.Deserialize(text, AlertJson.Default.Silence)!;
        if (parsed.GetValue(_json)) _console.WriteJson(silence, AlertJson.Default.Silence);
        else _console.WriteLine($"Silence {silence.Id}: {silence.Rule} until {silence.Until:u}");
        return ExitCodes.Success;
    }

    private static TimeSpan? ParseTime(ArgumentResult result)
    {
        if (DurationText.TryParse(result.Tokens[0].Value, out var time) && time > TimeSpan.Zero && time <= Silence.MaxTime) return time;
        result.AddError("--for must be a duration such as 30m, 8h or 7d, at most 90d");
        return null;
    }
}
