using System.Text.Json.Serialization;

namespace Nexus.Operations.Backup;

/// <summary>Properties of a database that a dump of its contents does not set.</summary>
/// <param name="Encoding">The encoding, such as <c>UTF8</c>.</param>
/// <param name="Collate">The collation.</param>
/// <param name="Ctype">The character classes.</param>
/// <param name="Owner">The owner.</param>
/// <param name="Settings">Settings of the database and of roles in it (<c>ALTER … SET</c>).</param>
/// <param name="ServerSettings">Settings of the server that are not at their defaults, without secrets, for the person who builds a new one.</param>
/// <param name="Provider">Who compares texts: <c>c</c> (the operating system), <c>i</c> (ICU), <c>b</c> (PostgreSQL); null if unknown.</param>
/// <param name="ProviderLocale">The locale of ICU or PostgreSQL; null for that of the operating system.</param>
/// <param name="ConnectionLimit">How many sessions it allows; null or -1 for no limit.</param>
/// <param name="Grants">Who has which privilege on it; null for PostgreSQL's defaults, by which everybody may connect.</param>
public sealed record DatabaseProperties(
    string Encoding, string Collate, string Ctype, string Owner, IReadOnlyList<DatabaseSetting> Settings,
    IReadOnlyDictionary<string, string> ServerSettings, string? Provider = null, string? ProviderLocale = null, int? ConnectionLimit = null,
    IReadOnlyList<DatabaseGrant>? Grants = null)
{
    /// <summary>The locale of the provider in <c>CREATE DATABASE</c>; null for that of the operating system.</summary>
    [JsonIgnore]
    internal string? OwnLocale => (Provider, ProviderLocale) switch
    {
        ("i", { } locale) => $" LOCALE_PROVIDER icu ICU_LOCALE '{locale.Replace("'", "''", StringComparison.Ordinal)}'",
        ("b", { } locale) => $" LOCALE_PROVIDER builtin BUILTIN_LOCALE '{locale.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => null,
    };

    /// <summary>What sorts texts, for messages.</summary>
    [JsonIgnore]
    internal string LocaleName => OwnLocale is null ? Collate : $"{ProviderLocale} of {(Provider == "i" ? "ICU" : "PostgreSQL")}";
}
