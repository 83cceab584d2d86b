using Nexus.Chats;

namespace Nexus.Server.Dashboard;

/// <summary>One session. Its secrets are not part of it.</summary>
public sealed class SessionModel
{
    /// <summary>The chat.</summary>
    public required ChatId Chat { get; init; }

    /// <summary>The name of its subscriber; null without one.</summary>
    public string? Name { get; init; }

    /// <summary>The mode of its config.</summary>
    public string? Mode { get; init; }

    /// <summary>Whether an exchange key is stored.</summary>
    public bool HasKey { get; init; }

    /// <summary>Whether an exchange secret is stored.</summary>
    public bool HasSecret { get; init; }

    /// <summary>The version that is stored.</summary>
    public required long Version { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The stored config with masks in place of secrets.</summary>
    public required string Stored { get; init; }

    /// <summary>What the editor holds.</summary>
    public required Edit Editor { get; init; }

    /// <summary>The last changes.</summary>
    public required HistoryGlance History { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>A config that is being edited.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Base">The stored config when the editing began.</param>
    /// <param name="Version">Its version.</param>
    public sealed record Edit(string Text, string Base, long Version)
    {
        /// <summary><c>edit</c>, <c>preview</c>, <c>conflict</c> or <c>error</c>.</summary>
        public string Step { get; init; } = "edit";
    }
}
