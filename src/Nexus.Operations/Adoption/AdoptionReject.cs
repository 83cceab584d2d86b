namespace Nexus.Operations.Adoption;

/// <summary>A value that could not be converted. The report contains its place, never the value.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The row's key: the chat id, or the id in trade_journal.</param>
/// <param name="Column">The column, followed by the JSON pointer inside it.</param>
/// <param name="Reason">The reason, and where the value is now.</param>
public sealed record AdoptionReject(string Table, string Key, string Column, string Reason);
