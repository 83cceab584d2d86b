using System.Text.Json.Serialization;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>Secrets in plain text in one field.</summary>
/// <param name="Table">The table, with the prefix <c>outbox: </c> or <c>local copy: </c> if it is in <c>fallback.db</c>.</param>
/// <param name="Field">The column and the field's name; never a value.</param>
/// <param name="Kind">The kind of place.</param>
/// <param name="Values">The number of values.</param>
/// <param name="Done">Whether they were sealed or masked.</param>
public sealed record PlainSecrets(string Table, string Field, PlainSecretKind Kind, long Values, bool Done);
