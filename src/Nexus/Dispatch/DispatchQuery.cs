namespace Nexus.Dispatch;

/// <summary>A checked signal, as stores and the index take it.</summary>
/// <param name="Strategy">A name that is <c>true</c> in the config's <c>strategies</c>.</param>
/// <param name="Group">A name that is <c>true</c> in the config's <c>groups</c>; null for any.</param>
/// <param name="Symbol">A symbol that is not in the config's <c>disabled_assets</c>; null for any.</param>
/// <param name="Modes">The modes that fit; empty for any.</param>
/// <param name="Owners">Chats that have access without a user.</param>
internal sealed record DispatchQuery(string Strategy, string? Group, string? Symbol, string[] Modes, IReadOnlySet<string> Owners)
{
    /// <summary>Only these chats; null for all.</summary>
    public IReadOnlyCollection<string>? ChatIds { get; init; }

    public bool Fits(string? mode) => Modes.Length == 0 || (mode is not null && Array.IndexOf(Modes, mode) >= 0);
}
