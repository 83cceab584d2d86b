namespace Nexus.Postgres;

/// <summary>Names of schemas, tables and columns inside SQL text, where a parameter cannot stand.</summary>
internal static class SqlIdentifier
{
    /// <summary>The name in double quotes, which are doubled inside it: safe whatever it holds.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
