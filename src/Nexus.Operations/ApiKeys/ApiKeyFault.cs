using Nexus.SystemConfig;

namespace Nexus.Operations.ApiKeys;

/// <summary>A setting of the API keys that is not accepted.</summary>
/// <param name="Setting">Its key.</param>
/// <param name="Reason">Why, without values.</param>
/// <param name="Record">The record, if it opens nevertheless.</param>
public sealed record ApiKeyFault(string Setting, string Reason, ApiKeyRecord? Record = null);
