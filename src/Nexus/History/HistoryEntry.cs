using Nexus.Engine;

namespace Nexus.History;

/// <summary>One change of one record.</summary>
/// <param name="Id">Identifies the change.</param>
/// <param name="At">When it was acknowledged, by the store's clock.</param>
/// <param name="Author">Who made it.</param>
/// <param name="Table"><c>sessions</c>, <c>users</c>, <c>bot_state</c>, <c>system_config</c> or <c>api_keys</c>.</param>
/// <param name="Key">The record's key: a chat id, the key of a setting, the id of an API key; <c>1</c> for the bot state.</param>
/// <param name="Action">What happened to the record.</param>
/// <param name="Version">The record's version after the change; the version that was removed for a removal.</param>
/// <param name="Fields">What differs, at most 100 fields; empty where the record was saved as it was.</param>
/// <param name="OmittedFields">How many more fields differ.</param>
public sealed record HistoryEntry(
    Guid Id, DateTimeOffset At, ChangeAuthor Author, string Table, string Key, HistoryAction Action, long Version,
    IReadOnlyList<HistoryField> Fields, int OmittedFields = 0)
{
    /// <summary>Names the record, never its content.</summary>
    public override string ToString() => $"{Action} {Table} {Key} at {At:O}";
}
