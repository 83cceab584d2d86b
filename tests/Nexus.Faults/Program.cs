using System.Globalization;
using Nexus.Faults;

// Programs that the tests kill. Each takes its name and then its own arguments.
return args switch
{
    ["embedded-writer", var folder] => await EmbeddedWriterVictim.RunAsync(folder),
    ["folder-holder", var folder] => await FolderHolderVictim.RunAsync(folder),
    ["users", var database, var folder, var keys, var users, var first, var pause, .. var rest] => await UserVictim.RunAsync(
        database, folder, keys, Number(users), Number(first), Number(pause),
        clockStepsBack: rest.Contains("clock-steps-back", StringComparer.Ordinal)),
    ["leader", var database, var folder, var keys, var lease] => await LeaderVictim.RunAsync(database, folder, keys, Number(lease)),
    ["tasks", var database, var folder, var keys, var workers, var lease, var limit] => await TaskVictim.RunAsync(
        database, folder, keys, Number(workers), Number(lease), Number(limit)),
    ["fallback-speed"] => await FallbackSpeed.RunAsync(1_000_000),
    ["fallback-speed", var writes] => await FallbackSpeed.RunAsync(Number(writes)),
    _ => 2,
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
