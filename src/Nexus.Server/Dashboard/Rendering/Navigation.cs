namespace Nexus.Server.Dashboard;

/// <summary>The pages in the order of the menu.</summary>
public static class Navigation
{
    /// <summary>The groups of the menu with their pages.</summary>
    public static IReadOnlyList<Group> Groups { get; } =
    [
        new("watch", [new("/", "overview"), new("/alerts", "alerts"), new("/queries", "queries"), new("/database", "database")]),
        new("state", [new("/sessions", "sessions"), new("/subscribers", "subscribers"), new("/bot-state", "bot_state"), new("/trades", "trades"),
            new("/tasks", "tasks")]),
        new("operate", [
            new("/outbox", "outbox"), new("/backups", "backups", IsForBackups: true), new("/maintenance", "maintenance"),
            new("/history", "history", IsForManagers: true), new("/api-keys", "api_keys", IsForManagers: true),
        ]),
    ];

    /// <summary>Pages that belong together.</summary>
    /// <param name="Name">The name of its text.</param>
    /// <param name="Entries">The pages.</param>
    public sealed record Group(string Name, IReadOnlyList<Entry> Entries);

    /// <summary>A page.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Name">The name of its text.</param>
    /// <param name="IsForManagers">Whether only administrators see it.</param>
    /// <param name="IsForBackups">Whether it exists only where backups are configured.</param>
    public sealed record Entry(string Path, string Name, bool IsForManagers = false, bool IsForBackups = false)
    {
        /// <summary>Whether an address is that of this page or of one below it.</summary>
        public bool Holds(string path) => Path == "/" ? path == "/" : path == Path || path.StartsWith(Path + "/", StringComparison.Ordinal);
    }
}
