using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Commands;

/// <summary>Makes a backup.</summary>
internal sealed class BackupCreateCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly SettingOption _jobs = new(BackupSettings.Jobs);
    private readonly Option<int?> _compress =
        new("--compress") { Description = "The level of gzip, 0 (none) to 9. Default: that of pg_dump.", HelpName = "LEVEL" };
    private readonly Option<bool> _rolePasswords =
        new("--role-passwords") { Description = "Include the password hashes of the server's roles. Needs a superuser." };
    private readonly Option<bool> _json = JsonOption.Create();

    public BackupCreateCommand(CommandConsole console)
        : base(
            "create",
            "Make a backup while the bot keeps running: the dump, the roles, and the counts, hashes and sums of every table in the same snapshot.")
    {
        _console = console;
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_jobs);
        Options.Add(_compress);
        Options.Add(_rolePasswords);
        Options.Add(_json);
        SetAction(CreateAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus backup create", "backs up the embedded store in ./data, or DATABASE_URL, into NEXUS_BACKUP_TARGET"),
        ("NEXUS_BACKUP_KEY=$key nexus backup create --target /mnt/backups", "encrypts it with a key of `nexus keys generate`"),
        ("nexus backup create --database postgres://backup@db.example.com/nexus", "uses the server's direct address, never a pooler"),
    ];

    private async Task<int> CreateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nexus = _store.Read(parsed);
        var options = _target.Read(parsed, nexus, _store.NamesDatabase(parsed));
        options.Compression = parsed.GetValue(_compress);
        options.RolePasswords = parsed.GetValue(_rolePasswords);
        using var loggers = CommandLogging.Create();
        var report = await ProgressDisplay.RunAsync(
            _console, "Backing up",
            progress => new BackupManager(nexus, options, loggers, TimeProvider.System).CreateAsync(progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, BackupJson.Default.BackupReport);
        else
        {
            _console.WriteLine(
                $"{report.Name}: {report.Tables:N0} tables, {report.Rows:N0} rows, {BackupText.Size(report.StoredBytes)} in "
                    + $"{report.Duration.TotalSeconds:N1} s, {(report.KeyId is { } id ? $"encrypted with key {id}" : "not encrypted")}");
            _console.WriteLine($"Stored in {report.Target}. Prove it: nexus backup verify {report.Name}");
            foreach (var note in report.Notes) _console.WriteLine($"Note: {note}");
        }
        return ExitCodes.Success;
    }
}
