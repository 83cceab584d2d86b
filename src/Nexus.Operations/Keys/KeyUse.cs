using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>A key and its use.</summary>
/// <param name="Id">The id, derived from the key, which reveals nothing about it.</param>
/// <param name="Given">Whether the key is configured.</param>
/// <param name="Seals">Whether it is the one that seals.</param>
/// <param name="Values">The number of values that it sealed.</param>
public sealed record KeyUse(string Id, bool Given, bool Seals, long Values);
