using Nexus.Fuzz.Targets;

namespace Nexus.Fuzz;

/// <summary>Every target.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new HttpJsonTarget(),
        new HttpNdJsonTarget(),
        new MergePatchTarget(),
        new DocumentTarget(),
        new RequestHeadTarget(),
        new DatabaseUrlTarget(),
        new SealedValueTarget(),
        new FernetTarget(),
        new OutboxRowTarget(),
        new NoticeTarget(),
        new ExportFileTarget(),
        new LegacyJsonTarget(),
        SourceFileTarget.Freqtrade,
        SourceFileTarget.Hummingbot,
        new SourceRowTarget(),
        new ConfigurationTarget(),
        new AlertSettingsTarget(),
        new CronTarget(),
        new IndexDefinitionTarget(),
        new StatementTextTarget(),
        new CopyStreamTarget(),
        new BackupManifestTarget(),
        new EncryptedFileTarget(),
        new ShardMapTarget(),
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
