using Nexus.Faults;

// Programs that the tests kill. Each takes its name and then its own arguments.
return args switch
{
    ["embedded-writer", var folder] => await EmbeddedWriterVictim.RunAsync(folder),
    ["folder-holder", var folder] => await FolderHolderVictim.RunAsync(folder),
    _ => 2,
};
