using System.CommandLine;
using System.Globalization;
using Nexus.Operations.Maintenance;

namespace Nexus.Cli.Terminal;

/// <summary>How long trades stay in the database.</summary>
internal static class RetentionOption
{
    public static Option<int?> Create()
    {
        var option = new Option<int?>("--retain-trades")
        {
            Description = $"Keep so many whole months of trades, 1 to {MaintenanceRuns.MostMonths}. Older months without open trades are written to "
                + "the folder archive in the data folder, as files that nexus import reads, and removed from the database. Default: keep all.",
            HelpName = "MONTHS",
        };
        option.Validators.Add(result =>
        {
            // The parser reports a value that is not a number.
            if (result.Tokens is not [var given] || !int.TryParse(given.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var months))
                return;
            if (months is < 1 or > MaintenanceRuns.MostMonths) result.AddError($"--retain-trades must be 1 to {MaintenanceRuns.MostMonths}");
        });
        return option;
    }
}
