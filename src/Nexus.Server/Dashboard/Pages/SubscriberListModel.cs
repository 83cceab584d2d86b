using Nexus.Users;

namespace Nexus.Server.Dashboard;

/// <summary>A page of subscribers.</summary>
public sealed class SubscriberListModel
{
    /// <summary>The beginning of a chat id or of a name.</summary>
    public string? Search { get; init; }

    /// <summary>Only subscriptions that end within so many days; null for all.</summary>
    public int? EndingWithin { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; init; }

    /// <summary>The subscribers.</summary>
    public required IReadOnlyList<User> Rows { get; init; }

    /// <summary>The cursor of the next page; null on the last.</summary>
    public string? Next { get; init; }

    /// <summary>The time of the store, which decides what has expired.</summary>
    public required DateTimeOffset StoreTime { get; init; }

    /// <summary>What is wrong with the filter; null if nothing is.</summary>
    public string? Error { get; init; }
}
