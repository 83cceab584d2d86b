namespace Nexus.Sqlite;

/// <summary>The store's own book-keeping: names and values.</summary>
internal static class SqliteMeta
{
    public static string? Get(SqliteSession connection, string name) =>
        connection.ReadText("SELECT value FROM nexus_meta WHERE name = ?1", name);

    public static void Set(SqliteSession connection, string name, string value) =>
        connection.Execute("INSERT INTO nexus_meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name,
            value);

    public static string GetOrAdd(SqliteSession connection, string name, string value)
    {
        connection.Execute("INSERT INTO nexus_meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING", name, value);
        return Get(connection, name)!;
    }
}
