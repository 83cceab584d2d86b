using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>A stored document that was looked through for secrets in plain text.</summary>
/// <param name="Json">The document with them sealed; null where there were none.</param>
/// <param name="Fields">The name of each field that held one, without its value; <c>[]</c> is an element of a list.</param>
/// <param name="Unexpected">
/// As <paramref name="Fields"/>, with the JSON pointer, where every version has sealed: Nexus did not write that text.
/// </param>
/// <param name="SecretNames">Property names that look like secrets: they cannot be sealed in place.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct ScannedDocument(
    byte[]? Json, IReadOnlyList<string> Fields, IReadOnlyList<(string Field, string Pointer)> Unexpected, int SecretNames);
