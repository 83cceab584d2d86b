using Nexus.Users;

namespace Nexus.Postgres;

/// <summary>
/// The SQL of the lists of users. The place of the last user is a bound of the index that has the order, so that a page costs a page. Where several
/// conditions meet, the server plans for their values: it reads in the order, or it sorts what the index of the rarest condition finds.
/// </summary>
internal static class PostgresUserLists
{
    private const string Name = "lower(name) COLLATE \"C\"";

    /// <summary>With the text that a list by name is ordered by, which several shards are merged by; null in other orders.</summary>
    private const string Plain = $"{PostgresUsers.Selected}, NULL FROM users WHERE ";

    private const string WithName = $"{PostgresUsers.Selected}, lower(name) FROM users WHERE ";

    public static Query<(string? Name, UserRow Row)> List(UserQuery query)
    {
        var conditions = ConditionsOf(query);
        var (columns, place, order) = query.Order switch
        {
            UserOrder.Name => (WithName, $"({Name}, chat_id) > (lower($2) COLLATE \"C\", $3)", $"{Name}, chat_id"),
            UserOrder.End => (Plain, "(expires_at, chat_id) > ($2, $3)", "expires_at, chat_id"),
            // All of them when $2 is '' and $3 is null, which lets one statement serve the first page and the later ones.
            _ => (Plain, "chat_id >= $2 AND chat_id IS DISTINCT FROM $3", "chat_id"),
        };
        var where = string.Concat(conditions.Select((condition, n) => $" AND {condition.Before}${n + 4}{condition.After}"));
        var list = new Query<(string? Name, UserRow Row)>(
            $"{columns}{place}{RoleOf(query)}{where} ORDER BY {order} LIMIT $1", static row => (row.GetStringOrNull(11), PostgresUsers.Read(row)));
        BindPlace(list.Limit(query.Limit), query);
        foreach (var (_, _, bind) in conditions) bind(list);
        // A frequent group is found soon on the primary key, a rare one by the index of the groups.
        return query.IsCombined || query.Group is not null ? list.PlannedForValues() : list;
    }

    /// <summary>Written out, because only then the indexes of subscribers and of the few administrators are used.</summary>
    private static string RoleOf(UserQuery query) => query switch
    {
        // Admins do not expire: nobody.
        { Role: UserRole.Admin, Ends: not null } => " AND role = 'admin' AND role = 'user'",
        { Role: UserRole.Admin } => " AND role = 'admin'",
        { Role: UserRole.User } or { Ends: not null } => " AND role = 'user'",
        _ => "",
    };

    private static void BindPlace(Query<(string? Name, UserRow Row)> list, UserQuery query)
    {
        _ = (query.Order, query.After) switch
        {
            (UserOrder.Name, var after) => list.Text(after?.Name ?? query.NamePrefix ?? "").Text(after?.ChatId ?? ""),
            (UserOrder.End, { End: { } end } after) => list.Time(end).Text(after.ChatId),
            (UserOrder.End, _) => list.Time(query.Ends!.Value.From).Text(""),
            (_, var after) => list.Text(after?.ChatId ?? "").Text(after?.ChatId),
        };
    }

    private static List<(string Before, string After, Action<Query<(string? Name, UserRow Row)>> Bind)> ConditionsOf(UserQuery query)
    {
        List<(string Before, string After, Action<Query<(string? Name, UserRow Row)>> Bind)> conditions = [];
        if (query.NamePrefix is { } prefix)
        {
            conditions.Add(($"{Name} >= lower(", ") COLLATE \"C\"", list => list.Text(prefix)));
            conditions.Add(($"{Name} < lower(", ") COLLATE \"C\"", list => list.Text(query.PrefixEnd)));
        }
        if (query.NamePart is { } part) conditions.Add(($"strpos({Name}, lower(", ") COLLATE \"C\") > 0", list => list.Text(part)));
        if (query.Ends is { } ends)
        {
            conditions.Add(("expires_at >= ", "", list => list.Time(ends.From)));
            conditions.Add(("expires_at < ", "", list => list.Time(ends.Before)));
        }
        if (query.Group is { } group) conditions.Add(("enabled_groups @> jsonb_build_object(", "::text, true)", list => list.Text(group)));
        if (query.Number is { } number) conditions.Add(("id = ", "", list => list.Long(number)));
        if (query.ChangedSince is { } since) conditions.Add(("updated_at >= ", "", list => list.Time(since)));
        return conditions;
    }
}
