namespace Nexus.History;

/// <summary>One field of a change.</summary>
/// <param name="Field">A JSON pointer (RFC 6901) into the record as the HTTP API returns it, such as <c>/config/leverage</c>.</param>
/// <param name="From">
/// The value before: a text as it is, anything else as JSON. Null where there was none, and for secrets. At most 200 characters; a longer one ends
/// with an ellipsis.
/// </param>
/// <param name="To">The value after, in the same form.</param>
/// <param name="Secret">What happened to the secret, if the field holds one; null for any other field.</param>
public sealed record HistoryField(string Field, string? From, string? To, SecretChange? Secret = null);
