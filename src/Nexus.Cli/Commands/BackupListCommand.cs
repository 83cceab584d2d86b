using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Lists backups.</summary>
internal sealed class BackupListCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public BackupListCommand(CommandConsole console)
        : base("list", "List the complete backups of this store, newest first. Proofs of encrypted backups need NEXUS_BACKUP_KEY.")
    {
        _console = console;
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_json);
        SetAction(ListAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples => [("nexus backup list --target /mnt/backups", "lists a folder of backups")];

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nexus = _store.Read(parsed);
        var options = _target.Read(parsed, nexus, _store.NamesDatabase(parsed));
        using var loggers = CommandLogging.Create();
        var status = await new BackupManager(nexus, options, loggers, TimeProvider.System).ReadStatusAsync(expectations: null, cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(status, BackupJson.Default.BackupStatus);
        else Show(status);
        return status.Findings.Any(finding => finding.Code == BackupFindingCodes.Unreachable) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private void Show(BackupStatus status)
    {
        if (status.Findings.FirstOrDefault(finding => finding.Code == BackupFindingCodes.Unreachable) is { } unreachable)
        {
            _console.WriteError(unreachable.Message);
            return;
        }
        if (status.Backups.Count == 0)
        {
            _console.WriteLine($"No backup in {status.Target}");
            return;
        }
        var table = new Table().Border(TableBorder.None).AddColumns("backup", "created", "size", "source", "key", "proof");
        foreach (var backup in status.Backups)
        {
            var manifest = backup.Manifest;
            table.AddRow(
                new Text(Printable.Line(backup.Name)), new Text(manifest is null ? "" : $"{manifest.CreatedAt:u}"),
                new Text(manifest is null ? "" : BackupText.Size(manifest.StoredBytes)),
                    new Text(Printable.Line(manifest?.Source ?? backup.Error ?? "")),
                new Text(Printable.Line(manifest?.Encryption?.KeyId ?? "none")), new Text(BackupText.Proof(backup)));
        }
        _console.OutTerminal.Write(table);
    }
}
