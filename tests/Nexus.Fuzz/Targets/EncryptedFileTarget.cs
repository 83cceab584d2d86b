using Nexus.Operations.Backup;

namespace Nexus.Fuzz.Targets;

/// <summary>An encrypted file of a backup. Without the key, no input is authentic.</summary>
internal sealed class EncryptedFileTarget : FuzzTarget
{
    private static readonly Guid Backup = new("01937f1e-8a00-7000-8000-000000000001");

    private static readonly BackupKey Key = BackupKeys.Parse(FuzzKeys.KeyOf(3)).Primary!;

    public override string Name => "encrypted-file";

    public override IReadOnlyList<string> Dictionaries => ["tokens"];

    public override int Mutations => 500;

    public override void Run(byte[] input, ShownTexts shown) => RunAsync(input).Complete();

    public override bool IsDocumented(Exception error) => error is BackupException;

    private static async Task RunAsync(byte[] input)
    {
        await using var file = new DecryptingStream(new PieceStream(input, 5000), Key, Backup, "database.dump");
        var buffer = new byte[4096];
        while (await file.ReadAsync(buffer) > 0)
        {
        }
    }
}
