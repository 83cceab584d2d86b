using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Something at the place of a sealed value that is none, or that does not open there.</summary>
/// <param name="Pointer">The JSON pointer inside the document.</param>
/// <param name="KeyId">The key that it names; null where it names none.</param>
/// <param name="Reason">Why, without the value.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record SealFault(string Pointer, string? KeyId, string Reason);
