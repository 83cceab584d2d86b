namespace Nexus.Operations.Backup;

/// <summary>Properties of a database that a dump of its contents does not set.</summary>
/// <param name="Encoding">The encoding, such as <c>UTF8</c>.</param>
/// <param name="Collate">The collation.</param>
/// <param name="Ctype">The character classes.</param>
/// <param name="Owner">The owner.</param>
/// <param name="Settings">Settings of the database and of roles in it (<c>ALTER … SET</c>).</param>
/// <param name="ServerSettings">Settings of the server that are not at their defaults, without secrets, for the person who builds a new one.</param>
public sealed record DatabaseProperties(
    string Encoding, string Collate, string Ctype, string Owner, IReadOnlyList<DatabaseSetting> Settings,
    IReadOnlyDictionary<string, string> ServerSettings);
