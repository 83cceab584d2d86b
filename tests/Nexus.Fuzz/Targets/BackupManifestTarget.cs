using System.Text;
using Nexus.Operations.Backup;

namespace Nexus.Fuzz.Targets;

/// <summary>The manifest of a backup and its code: anybody who can write to the target chooses them.</summary>
internal sealed class BackupManifestTarget : FuzzTarget
{
    private const string Backup = "nexus-20260131T120000Z-01937f1e";

    private static readonly BackupKeys Keys = BackupKeys.Parse(FuzzKeys.KeyOf(3));

    public override string Name => "backup-manifest";

    public override IReadOnlyList<string> Dictionaries => ["json", "backup"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var end = input.AsSpan().IndexOf((byte)'\n');
        var json = input.AsSpan(end + 1);
        var manifest = ManifestFile.Read(json, Backup);
        if (manifest.StoredBytes < 0) throw new FuzzFailureException("a backup has a negative size");
        foreach (var file in manifest.Files)
        {
            if (Path.IsPathRooted(file.Name) || file.Name.Contains("..", StringComparison.Ordinal))
                throw new FuzzFailureException("a file is outside");
        }
        var code = Encoding.UTF8.GetString(input.AsSpan(0, Math.Max(0, end)));
        ManifestFile.ReadChecked(json, code, Backup, Keys, allowUnencrypted: true);
    }

    public override bool IsDocumented(Exception error) => error is BackupException;
}
