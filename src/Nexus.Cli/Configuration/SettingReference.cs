using System.Text;

namespace Nexus.Cli.Configuration;

/// <summary>The table of all settings in Markdown, for docs/configuration.md.</summary>
internal static class SettingReference
{
    public static string Markdown()
    {
        var text = new StringBuilder("| setting | variable | option | value | default | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var (area, settings) in SettingCatalogue.Areas)
        {
            text.Append($"| **{area}** | | | | | |\n");
            foreach (var setting in settings)
            {
                var option = Code(setting.Option ?? FlagOf(setting));
                var value = setting.Range.Length > 0 ? $"{setting.Type}: {setting.Range}" : setting.Type;
                var @default = setting.Default is { } known ? Code(known) : setting.WithoutValue ?? "none";
                text.Append($"| `{setting.Key}` | `{setting.Variable}` | {option} | {Escape(value)} | {@default} | ");
                text.Append($"{Escape(setting.Description)}{Marks(setting)} |\n");
            }
        }
        return text.ToString();
    }

    private static string Marks(Setting setting) =>
        (setting.IsSecret ? " **Secret.**" : "") + (setting.IsReloadable ? " **Reload.**" : "");

    private static string? FlagOf(Setting setting) => setting switch
    {
        _ when setting == ServerSettings.DashboardEnabled => "--no-dashboard",
        _ when setting == OperationSettings.MaintenanceEnabled => "--no-maintenance",
        _ when setting == OperationSettings.LockExpired => "--keep-expired-sessions",
        _ => null,
    };

    private static string Code(string? text) => text is null ? "" : $"`{Escape(text)}`";

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
