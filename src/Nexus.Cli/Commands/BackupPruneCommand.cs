using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Commands;

/// <summary>Deletes old backups.</summary>
internal sealed class BackupPruneCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly Option<int> _daily = Count("--daily", "Days of which the newest backup is kept, 1 or more.", 7);
    private readonly Option<int> _weekly = Count("--weekly", "Weeks of which the newest backup is kept.", 4);
    private readonly Option<int> _monthly = Count("--monthly", "Months of which the newest backup is kept.", 6);
    private readonly Option<bool> _confirm = new("--confirm") { Description = "Delete. Without it the command only shows what it would delete." };
    private readonly Option<bool> _json = JsonOption.Create();

    public BackupPruneCommand(CommandConsole console)
        : base("prune", "Delete old backups. The newest backup and the newest proven one are always kept. A dry run unless --confirm is given.")
    {
        _console = console;
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_daily);
        Options.Add(_weekly);
        Options.Add(_monthly);
        Options.Add(_confirm);
        Options.Add(_json);
        SetAction(PruneAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus backup prune", "shows what would be deleted"),
        ("nexus backup prune --daily 14 --confirm", "keeps the backups of 14 days, 4 weeks and 6 months"),
    ];

    private static Option<int> Count(string name, string description, int most) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => most };

    private async Task<int> PruneAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nexus = _store.Read(parsed);
        var options = _target.Read(parsed, nexus, _store.NamesDatabase(parsed));
        var policy = new RetentionPolicy(parsed.GetValue(_daily), parsed.GetValue(_weekly), parsed.GetValue(_monthly));
        using var loggers = CommandLogging.Create();
        var report = await new BackupManager(nexus, options, loggers, TimeProvider.System)
            .PruneAsync(policy, !parsed.GetValue(_confirm), cancellationToken);
        if (parsed.GetValue(_json))
        {
            _console.WriteJson(report, BackupJson.Default.PruneReport);
            return ExitCodes.Success;
        }
        foreach (var kept in report.Kept) _console.WriteLine($"keep    {kept.Name}  {string.Join(", ", kept.Reasons)}");
        foreach (var name in report.Deleted) _console.WriteLine($"{(report.DryRun ? "delete?" : "deleted")} {name}");
        _console.WriteLine(report.DryRun
            ? $"{report.Deleted.Count:N0} backups, {BackupText.Size(report.FreedBytes)}, would be deleted. Use --confirm to delete them."
            : $"{report.Deleted.Count:N0} backups, {BackupText.Size(report.FreedBytes)}, were deleted");
        return ExitCodes.Success;
    }
}
