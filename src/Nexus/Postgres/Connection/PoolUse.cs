namespace Nexus.Postgres;

/// <summary>The use of the pool.</summary>
/// <param name="Used">Connections in use.</param>
/// <param name="Size">Connections that may be open.</param>
/// <param name="Waiting">Callers that wait for a connection.</param>
/// <param name="Timeouts">Callers that got none in time, since the start.</param>
internal readonly record struct PoolUse(int Used, int Size, int Waiting, long Timeouts);
