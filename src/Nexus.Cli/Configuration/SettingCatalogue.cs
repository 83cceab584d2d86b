namespace Nexus.Cli.Configuration;

/// <summary>Every setting of the program.</summary>
internal static class SettingCatalogue
{
    /// <summary>All settings by area, in the order of the documentation.</summary>
    public static IReadOnlyList<(string Area, IReadOnlyList<Setting> Settings)> Areas { get; } =
    [
        ("Store and keys", StoreSettings.All),
        ("Server", ServerSettings.All),
        ("Limits", LimitSettings.All),
        ("Engine and history", EngineSettings.All),
        ("Monitoring, alerts, maintenance and subscriptions", OperationSettings.All),
        ("Backups", BackupSettings.All),
    ];

    public static IReadOnlyList<Setting> All { get; } = [.. Areas.SelectMany(area => area.Settings)];

    /// <summary>Names in the configuration file, with those of files with secrets.</summary>
    public static IReadOnlyDictionary<string, Setting> ByKey { get; } = FindKeys();

    /// <summary>The environment variables, with those that name files with secrets.</summary>
    public static IReadOnlyList<string> Variables { get; } =
        [.. All.SelectMany(setting => new[] { setting.Variable, setting.FileVariable }.OfType<string>())];

    public static Setting? OfOption(string option) => All.FirstOrDefault(setting => setting.Option == option);

    private static Dictionary<string, Setting> FindKeys()
    {
        var keys = new Dictionary<string, Setting>(StringComparer.Ordinal);
        foreach (var setting in All)
        {
            keys.Add(setting.Key, setting);
            if (setting.FileKey is { } file) keys.Add(file, setting);
        }
        return keys;
    }
}
