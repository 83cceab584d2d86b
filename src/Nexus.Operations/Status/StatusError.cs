using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>An error.</summary>
/// <param name="Code">The stable name of the error.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record StatusError(string Code, string Message);
