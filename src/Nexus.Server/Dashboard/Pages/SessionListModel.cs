using Nexus.Chats;

namespace Nexus.Server.Dashboard;

/// <summary>A page of sessions.</summary>
public sealed class SessionListModel
{
    /// <summary>The beginning of a chat id or of a name.</summary>
    public string? Search { get; init; }

    /// <summary>The mode to show; null for all.</summary>
    public string? Mode { get; init; }

    /// <summary>The strategy to show; null for all.</summary>
    public string? Strategy { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; init; }

    /// <summary>The strategies to choose from.</summary>
    public required IReadOnlyList<string> Strategies { get; init; }

    /// <summary>The sessions.</summary>
    public required IReadOnlyList<Row> Rows { get; init; }

    /// <summary>The cursor of the next page; null on the last.</summary>
    public string? Next { get; init; }

    /// <summary>What is wrong with the filter; null if nothing is.</summary>
    public string? Error { get; init; }

    /// <summary>A session.</summary>
    /// <param name="Chat">The chat.</param>
    /// <param name="Name">The name of its subscriber; null without one.</param>
    /// <param name="Mode">The mode of its config.</param>
    /// <param name="Strategies">The strategies that are on.</param>
    /// <param name="HasKey">Whether an exchange key is stored.</param>
    /// <param name="HasSecret">Whether an exchange secret is stored.</param>
    /// <param name="UpdatedAt">When it was last changed.</param>
    /// <param name="Version">Its version.</param>
    public sealed record Row(
        ChatId Chat, string? Name, string? Mode, IReadOnlyList<string> Strategies, bool HasKey, bool HasSecret, DateTimeOffset UpdatedAt,
        long Version);
}
