namespace Nexus.Sharding;

/// <summary>One shard of a database. Counts are estimates where a shard cannot count cheaply; all figures are 0 if it is not reachable.</summary>
/// <param name="Number">0 for the home shard.</param>
/// <param name="Location">Its database, as <c>host:port/database</c>, without credentials.</param>
/// <param name="Schema">The schema of its tables.</param>
/// <param name="IsReachable">Whether it responds and is the shard that the map says.</param>
/// <param name="Buckets">Buckets of chats that the map gives it, of 4,096.</param>
/// <param name="Epoch">Grows whenever it gets or loses a bucket.</param>
/// <param name="SchemaVersion">The newest migration applied.</param>
/// <param name="Sessions">Rows.</param>
/// <param name="Users">Rows.</param>
/// <param name="Trades">Rows.</param>
/// <param name="SizeBytes">Its tables and indexes on disk.</param>
/// <param name="Problem">Why it is not reachable; null if it is.</param>
/// <param name="UnsettledBatches">
/// Parts of batches over several servers that its server keeps, after their process has ended, until an instance ends them. Their records are locked.
/// </param>
public sealed record ShardStatus(
    int Number, string Location, string Schema, bool IsReachable, int Buckets, long Epoch, int SchemaVersion, long Sessions, long Users, long Trades,
    long SizeBytes, string? Problem = null, int UnsettledBatches = 0);
