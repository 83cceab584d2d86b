using Nexus.Chats;

namespace Nexus.Tasks;

/// <summary>Which tasks to list. All conditions must hold.</summary>
public sealed record TaskFilter
{
    /// <summary>One chat.</summary>
    public ChatId? ChatId { get; init; }

    /// <summary>Active or not.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Only those whose last run or attempt failed.</summary>
    public bool HasFailed { get; init; }

    /// <summary>One action, exactly.</summary>
    public string? Action { get; init; }

    /// <summary>Only tasks after this id: that of the last task of the previous page.</summary>
    public Guid? After { get; init; }

    /// <summary>The most tasks to return, 1 or more; null for all.</summary>
    public int? Limit { get; init; }
}
