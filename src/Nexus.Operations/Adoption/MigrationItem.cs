using System.Text.Json.Serialization;

namespace Nexus.Operations.Adoption;

/// <summary>One migration.</summary>
/// <param name="Name">The name, such as <c>0001_state</c>.</param>
/// <param name="Statements">The SQL statements.</param>
public sealed record MigrationItem(string Name, IReadOnlyList<string> Statements);
