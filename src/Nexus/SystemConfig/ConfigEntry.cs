using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.SystemConfig;

/// <summary>One setting of the bot.</summary>
/// <param name="Key">At most 100 characters. Keys that begin with <c>nexus:</c> are reserved for Nexus: they are neither listed nor accepted.</param>
/// <param name="Value">Any JSON value of at most 256 KiB; secrets in it are sealed, and the whole value if the key is named like a secret.</param>
/// <param name="UpdatedAt">By the store's clock.</param>
/// <param name="UpdatedBy">Who changed it, at most 50 characters.</param>
/// <param name="Version">Increases by one with each change.</param>
public sealed record ConfigEntry(string Key, StateJson Value, DateTimeOffset UpdatedAt, string? UpdatedBy, long Version);
