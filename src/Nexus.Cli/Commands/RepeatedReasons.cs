using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Prints errors of many records. Errors with the same reason are counted and shown with a few of the records.</summary>
internal static class RepeatedReasons
{
    private const int MaxExamples = 3;
    private const int MaxLines = 100;

    public static void Show(CommandConsole console, IEnumerable<(string Record, string Reason)> errors)
    {
        var left = MaxLines;
        var unlisted = 0;
        foreach (var group in errors.GroupBy(error => error.Reason, error => error.Record, StringComparer.Ordinal))
        {
            var records = group.ToList();
            if (left <= 0)
            {
                unlisted += records.Count;
                continue;
            }
            if (records.Count <= MaxExamples)
            {
                foreach (var record in records) console.WriteError($"{record}: {group.Key}");
                left -= records.Count;
                continue;
            }
            console.WriteError($"{records.Count:N0} records: {group.Key} (for example {string.Join("; ", records.Take(MaxExamples))})");
            left--;
        }
        if (unlisted > 0) console.WriteError($"and {unlisted:N0} more for other reasons");
    }
}
