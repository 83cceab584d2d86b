namespace Nexus.Engine;

/// <summary>The record that a write concerns: what keeps its order, what shards it, what a change notice names.</summary>
internal readonly record struct WriteKey(StateTable Table, string Id)
{
    /// <summary>How messages name the record, such as <c>session 12345</c>.</summary>
    public override string ToString() => Table switch
    {
        StateTable.Sessions => $"session {Id}",
        StateTable.Users => $"user {Id}",
        StateTable.BotState => "the bot state",
        StateTable.SystemConfig => $"system config {Id}",
        _ => $"trade {Id}",
    };
}

/// <summary>The tables of the state, in the order in which every transaction locks them, so that two never wait for each other.</summary>
internal enum StateTable
{
    Sessions,
    Users,
    BotState,
    SystemConfig,
    Trades,
}

/// <summary>
/// One change of the state, immutable and already validated and sealed: what travels from a feature through the write queue into a
/// store, and what the outbox keeps. The id makes it idempotent.
/// </summary>
internal abstract record Write
{
    /// <summary>Made once by whoever wants the change; a repeat carries the same one.</summary>
    public Guid WriteId { get; init; } = UuidV7.New();

    public abstract WriteKey Key { get; }

    /// <summary>
    /// This write followed by <paramref name="next"/> to the same record as one write that has the effect of both, or null where their
    /// kinds do not allow it. Each caller then gets the outcome of the composed write.
    /// </summary>
    public virtual Write? TryCompose(Write next) => null;
}

/// <summary>A secret column in a whole-record save: a new sealed value, cleared, or left as it is.</summary>
internal readonly record struct SealedField(bool IsKept, string? Value)
{
    /// <summary>Leave what is stored.</summary>
    public static SealedField Keep => new(IsKept: true, null);

    /// <summary>Store this ciphertext, or nothing.</summary>
    public static SealedField Set(string? ciphertext) => new(IsKept: false, ciphertext);
}
