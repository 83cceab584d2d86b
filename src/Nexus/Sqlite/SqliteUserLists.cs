using Microsoft.Data.Sqlite;
using Nexus.Json;
using Nexus.Users;

namespace Nexus.Sqlite;

/// <summary>
/// The lists of users. SQLite does not know how rare a value is, so each list names its index: that of the administrators or of the changes, the one
/// that has its order, or that of the names where few have the prefix. What follows a plus sign uses no index.
/// </summary>
internal static class SqliteUserLists
{
    /// <summary>Users with a prefix that are rather sorted by their end than looked for among all ends.</summary>
    private const int FewNames = 5000;

    private const string Name = "lower(doc ->> '$.name')";
    private const string End = "doc ->> '$.expires_at'";
    private const string HasPrefix = $"{Name} >= lower(?1) AND {Name} < lower(?2)";

    private const string CountNames =
        $"SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY users_name WHERE {HasPrefix} LIMIT ?3)";

    public static SqliteDataReader List(SqliteSession connection, UserQuery query)
    {
        List<object?> values = [];
        var order = query.Order switch { UserOrder.Name => Name, UserOrder.End => End, _ => "" };
        List<string> conditions = [.. PlaceOf(query, values), .. ConditionsOf(query, values)];
        return connection.Query(
            $"SELECT doc, chat_id, version FROM users{IndexFor(connection, query)} WHERE {string.Join(" AND ", conditions)} "
                + $"ORDER BY {(order.Length == 0 ? "" : $"{order}, ")}chat_id",
            [.. values]);
    }

    /// <summary>The text by which the lists are ordered: SQLite's <c>lower</c> changes letters of ASCII only.</summary>
    public static string? OrderOf(string? name) =>
        name is null ? null : string.Concat(name.Select(static letter => char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : letter));

    private static string IndexFor(SqliteSession connection, UserQuery query) => query switch
    {
        { Role: UserRole.Admin } => " INDEXED BY users_admin",
        { ChangedSince: not null } => " INDEXED BY users_changed",
        { Order: UserOrder.Name } => " INDEXED BY users_name",
        { Order: UserOrder.End, NamePrefix: { } prefix } when
            connection.ReadNumber(CountNames, prefix, query.PrefixEnd, FewNames) < FewNames => " INDEXED BY users_name",
        { Order: UserOrder.End } => " INDEXED BY users_end",
        _ => "",
    };

    /// <summary>
    /// Behind the last user. The later of both beginnings is one bound, since SQLite searches by one, and never by a comparison of rows with an
    /// expression among their columns: it would read the list from its first user for each page.
    /// </summary>
    private static IEnumerable<string> PlaceOf(UserQuery query, List<object?> values)
    {
        switch (query.Order)
        {
            case UserOrder.Name:
                var name = $"lower({Next(query.After?.Name ?? "")})";
                yield return $"{Name} >= max({name}, lower({Next(query.NamePrefix ?? "")}))";
                if (query.After is { } afterName) yield return $"NOT ({Name} = {name} AND chat_id <= {Next(afterName.ChatId)})";
                break;
            case UserOrder.End:
                var end = Next(query.After?.End is { } at ? ValueText.Of(at) : "");
                yield return $"{End} >= max({end}, {Next(ValueText.Of(query.Ends!.Value.From))})";
                if (query.After is { End: not null } afterEnd) yield return $"NOT ({End} = {end} AND chat_id <= {Next(afterEnd.ChatId)})";
                break;
            default:
                yield return $"chat_id > {Next(query.After?.ChatId ?? "")}";
                break;
        }

        string Next(object? value) => Bind(values, value);
    }

    private static List<string> ConditionsOf(UserQuery query, List<object?> values)
    {
        List<string> conditions = [];
        if (query.NamePrefix is { } prefix)
        {
            if (query.Order != UserOrder.Name) conditions.Add($"{Name} >= lower({Next(prefix)})");
            conditions.Add($"{Name} < lower({Next(query.PrefixEnd)})");
        }
        if (query.NamePart is { } part) conditions.Add($"instr({Name}, lower({Next(part)})) > 0");
        // The roles are written out, as in the indexes.
        if (query.Ends is { } ends) conditions.Add($"doc ->> '$.role' = 'user' AND {End} < {Next(ValueText.Of(ends.Before))}");
        if (query.Role is UserRole.Admin) conditions.Add("doc ->> '$.role' = 'admin'");
        else if (query.Role is UserRole.User && query.Ends is null) conditions.Add("+(doc ->> '$.role') = 'user'");
        if (query.Group is { } group)
            conditions.Add($"EXISTS (SELECT 1 FROM json_each(doc, '$.enabled_groups') WHERE key = {Next(group)} AND type = 'true')");
        if (query.ChangedSince is { } since) conditions.Add($"updated_at >= {Next(SqliteTime.ToMicroseconds(since))}");
        // This store gives no numbers.
        if (query.Number is not null) conditions.Add("0");
        return conditions;

        string Next(object? value) => Bind(values, value);
    }

    private static string Bind(List<object?> values, object? value)
    {
        values.Add(value);
        return $"?{values.Count}";
    }
}
