using System.Globalization;
using Nexus.Faults;

// Programs that the tests kill. Each takes its name and then its own arguments.
return args switch
{
    ["embedded-writer", var folder] => await EmbeddedWriterVictim.RunAsync(folder),
    ["folder-holder", var folder] => await FolderHolderVictim.RunAsync(folder),
    ["fallback-speed"] => await FallbackSpeed.RunAsync(1_000_000),
    ["fallback-speed", var writes] => await FallbackSpeed.RunAsync(int.Parse(writes, CultureInfo.InvariantCulture)),
    _ => 2,
};
