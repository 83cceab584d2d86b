namespace Nexus.Dispatch;

/// <summary>Whether a chat may get a signal, as its row says. The queries of the stores and the index follow the same rule.</summary>
internal static class DispatchRule
{
    /// <param name="row">The chat.</param>
    /// <param name="query">The signal.</param>
    /// <param name="age">The time since the row was read.</param>
    public static bool Allows(DispatchRow row, DispatchQuery query, TimeSpan age)
    {
        if (!query.Fits(row.Mode) || !HasAccess(row, query.Owners, age)) return false;
        Span<char> buffer = stackalloc char[NameReader.BufferLength];
        return NameReader.Holds(NameReader.OfTrue(row.Strategies, buffer), query.Strategy)
            && (query.Group is null || NameReader.Holds(NameReader.OfTrue(row.Groups, buffer), query.Group))
            && (query.Symbol is null || !NameReader.Holds(NameReader.OfList(row.DisabledAssets, buffer), query.Symbol));
    }

    /// <summary>As the access check: an owner always, an admin whatever the end of the subscription, another user until that instant.</summary>
    public static bool HasAccess(DispatchRow row, IReadOnlySet<string> owners, TimeSpan age) => owners.Contains(row.ChatId) || row.Role switch
    {
        "admin" => true,
        "user" => row.Remaining is not { } remaining || remaining > age,
        // A role that this program does not know grants nothing.
        _ => false,
    };
}
