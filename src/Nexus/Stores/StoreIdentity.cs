using System.Text.Json.Serialization;

namespace Nexus.Stores;

/// <summary>Which store a data folder serves.</summary>
/// <param name="Kind"><c>embedded</c> or <c>postgresql</c>.</param>
/// <param name="Location">Where it was reached last, as <c>host:port/database</c>; null for the embedded store.</param>
/// <param name="Database">The database's name; null for the embedded store.</param>
/// <param name="SystemIdentifier">
/// The cluster's own number, which a standby and a promoted standby share (https://www.postgresql.org/docs/current/functions-info.html,
/// pg_control_system); null where the role may not read it.
/// </param>
/// <param name="Schema">The schema of the tables; null for the embedded store, and where a version that did not record it wrote this.</param>
internal sealed record StoreIdentity(string Kind, string? Location, string? Database, string? SystemIdentifier, string? Schema = null)
{
    public const string EmbeddedKind = "embedded";
    public const string PostgresKind = "postgresql";

    public static StoreIdentity Embedded { get; } = new(EmbeddedKind, null, null, null);

    /// <summary>Whether the schema has no tables of Nexus yet. It is not recorded.</summary>
    [JsonIgnore]
    public bool IsNew { get; init; }

    public bool IsEmbedded => Kind == EmbeddedKind;

    /// <summary>Whether both are the same store. The address alone says nothing: a database moves to another host with its cluster.</summary>
    public bool IsSameAs(StoreIdentity other) =>
        Kind == other.Kind && Database == other.Database && (Schema is null || other.Schema is null || Schema == other.Schema)
            && (SystemIdentifier is null || other.SystemIdentifier is null || SystemIdentifier == other.SystemIdentifier);
}
