namespace Nexus.Operations.Backup;

/// <summary>The keys of <c>NEXUS_BACKUP_KEY</c>: the first encrypts, all decrypt.</summary>
internal sealed class BackupKeys
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "NEXUS_BACKUP_KEY";

    private readonly List<BackupKey> _keys;

    private BackupKeys(List<BackupKey> keys) => _keys = keys;

    /// <summary>The key that encrypts; null if backups are not encrypted.</summary>
    public BackupKey? Primary => _keys.Count == 0 ? null : _keys[0];

    /// <summary>Reads the setting.</summary>
    /// <param name="text">Keys separated by commas; null or blank for none.</param>
    /// <exception cref="BackupException">An entry is not a key. The message never repeats it.</exception>
    public static BackupKeys Parse(string? text)
    {
        var keys = new List<BackupKey>();
        if (string.IsNullOrWhiteSpace(text)) return new BackupKeys(keys);
        var entries = text.Split(',');
        for (var i = 0; i < entries.Length; i++)
        {
            if (!BackupKey.TryParse(entries[i], out var key))
            {
                throw new BackupException(
                    BackupErrorKind.Configuration,
                    $"{Variable}: entry {i + 1} of {entries.Length} is not a key: a key is 32 bytes in base64 (44 characters); "
                        + "create one with `nexus keys generate`");
            }
            keys.Add(key);
        }
        return new BackupKeys(keys);
    }

    /// <summary>Whether the key with this id is configured.</summary>
    public bool Knows(string id) => _keys.Exists(key => key.Id == id);

    /// <summary>The key with this id.</summary>
    /// <exception cref="BackupException">It is not configured.</exception>
    public BackupKey Find(string id) => _keys.Find(key => key.Id == id) ?? throw new BackupException(
        BackupErrorKind.Key,
        _keys.Count == 0
            ? $"the backup is encrypted with key {Short(id)}, and {BackupKeys.Variable} is not set: set it to that key"
            : $"the backup is encrypted with key {Short(id)}, which is not among the keys of {Variable} (ids "
                + $"{string.Join(", ", _keys.Select(key => key.Id))}): add it");

    /// <summary>An id as messages show it: the manifest may hold anything.</summary>
    public static string Short(string id) => id.Length <= 8 ? id : id[..8];
}
