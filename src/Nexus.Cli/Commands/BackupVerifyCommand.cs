using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Commands;

/// <summary>Proves a backup.</summary>
internal sealed class BackupVerifyCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly Argument<string> _name = new("backup")
    {
        Description = "The name of the backup, or latest.",
        HelpName = "NAME",
        DefaultValueFactory = _ => BackupManager.Latest,
    };
    private readonly Option<bool> _scratch =
        new("--scratch") { Description = "Restore into a temporary server on this machine instead of a temporary database on the store's server." };
    private readonly Option<string?> _scratchDatabase =
        new("--scratch-database") { Description = "The server for the temporary database. Default: that of the store.", HelpName = "URL" };
    private readonly Option<bool> _filesOnly =
        new("--files-only") { Description = "Only checksums and a full read, without a restore. This is no proof." };
    private readonly Option<bool> _skipSealed =
        new("--skip-sealed-values") { Description = "Do not open the sealed values, for a machine that must not have NEXUS_KEYS." };
    private readonly Option<bool> _allowUnencrypted =
        new("--allow-unencrypted") { Description = "Accept a backup that is not encrypted although NEXUS_BACKUP_KEY is set." };
    private readonly Option<bool> _json = JsonOption.Create();

    public BackupVerifyCommand(CommandConsole console)
        : base(
            "verify",
            "Prove a backup: checksums, a full read, a restore into a temporary database, comparison of counts, hashes and sums, opening every "
                + "sealed "
                + "value, queries. The result is recorded beside the backup. The exit code is 1 if a step fails.")
    {
        _console = console;
        Arguments.Add(_name);
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_scratch);
        Options.Add(_scratchDatabase);
        Options.Add(_filesOnly);
        Options.Add(_skipSealed);
        Options.Add(_allowUnencrypted);
        Options.Add(_json);
        this.AddCheck(result =>
        {
            if (result.GetValue(_scratch) && result.GetValue(_scratchDatabase) is not null)
                result.AddError("--scratch and --scratch-database exclude each other: name one of them");
        });
        SetAction(VerifyAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus backup verify", "proves the newest backup in a temporary database, which is dropped at the end"),
        ("nexus backup verify --scratch", "proves it in a temporary server, without load on the store's server"),
        ("nexus backup verify --files-only nexus-20261128T031500Z-1a2b3c4d", "checks the files of one backup without a server"),
    ];

    private async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nexus = _store.Read(parsed);
        var options = _target.Read(parsed, nexus, _store.NamesDatabase(parsed));
        var verify = new VerifyOptions
        {
            Scratch = parsed.GetValue(_scratch),
            ScratchDatabase = parsed.GetValue(_scratchDatabase),
            FilesOnly = parsed.GetValue(_filesOnly),
            SkipSealedValues = parsed.GetValue(_skipSealed),
            AllowUnencrypted = parsed.GetValue(_allowUnencrypted),
        };
        using var loggers = CommandLogging.Create();
        var (name, proof) = await ProgressDisplay.RunAsync(
            _console, "Verifying", progress => new BackupManager(nexus, options, loggers, TimeProvider.System)
                .VerifyAsync(parsed.GetRequiredValue(_name), verify, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(proof, BackupJson.Default.BackupProof);
        else
        {
            foreach (var step in proof.Steps)
                _console.WriteLine($"{(step.Ok ? "ok    " : "FAILED")} {step.Name,-14} {step.Duration.TotalSeconds,7:N1} s  {step.Detail}");
            _console.WriteLine(
                !proof.Ok ? $"{name} is not usable"
                : proof.IsProof ? $"{name} is proven: it was restored and compared in {proof.Duration.TotalSeconds:N1} s"
                : $"The files of {name} are intact. Only a restore proves it: omit --files-only");
        }
        return proof.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }
}
