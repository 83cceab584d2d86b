namespace Nexus.Dispatch;

/// <summary>A trading signal: who may get it depends on what it is about.</summary>
/// <param name="Strategy">The strategy that gave it, 1 to 256 characters; compared exactly, as are all names.</param>
public sealed record Signal(string Strategy)
{
    /// <summary>The group of the traded asset, such as <c>CRYPTO</c>, at most 256 characters; null or empty: the groups do not matter.</summary>
    public string? Group { get; init; }

    /// <summary>The traded symbol, such as <c>BTCUSDT</c>, at most 64 characters as everywhere; null or empty: they do not matter.</summary>
    public string? Symbol { get; init; }

    /// <summary>
    /// Only chats whose mode is one of these, 1 to 32 modes of at most 100 characters; null: chats of any mode and without one.
    /// </summary>
    public IReadOnlyCollection<string>? Modes { get; init; }
}
