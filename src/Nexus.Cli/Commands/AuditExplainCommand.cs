using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Prints the page about a check, or lists all checks.</summary>
internal sealed class AuditExplainCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly Argument<string[]> _ids =
        new("id") { Description = "Ids of checks, such as K2. Without an id, all checks are listed.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<AuditLanguage> _language = AuditSelection.Language();

    public AuditExplainCommand(CommandConsole console)
        : base("explain",
            "Print the page about a check: its meaning, how it is measured, its severities, false alarms and the fix. Without an id, list "
                + "all checks.")
    {
        _console = console;
        Arguments.Add(_ids);
        Options.Add(_language);
        SetAction(Explain);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus audit explain", "lists the checks"),
        ("nexus audit explain K2", "prints the page about K2"),
    ];

    private void Explain(ParseResult parsed)
    {
        var language = parsed.GetValue(_language);
        var ids = AuditSelection.Ids(parsed.GetValue(_ids));
        var checks = ids.Select(id => AuditChecks.Find(id) ?? throw new CommandFailedException(
            $"{AuditChecks.DescribeUnknown(id)}; nexus audit explain lists them", ExitCodes.Usage)).ToList();
        if (checks.Count == 0) List(language);
        for (var i = 0; i < checks.Count; i++)
        {
            if (i > 0) _console.Out.WriteLine();
            _console.Out.WriteLine(checks[i].Explain(language));
        }
    }

    private void List(AuditLanguage language)
    {
        foreach (var group in AuditChecks.All.GroupBy(check => check.Id[0]))
        {
            _console.Out.WriteLine(group.First().Group(language));
            foreach (var check in group) _console.Out.WriteLine($"  {check.Id}  {check.Title(language)}");
        }
    }
}
