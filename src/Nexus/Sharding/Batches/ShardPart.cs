using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>The writes of a batch that one shard gets.</summary>
/// <param name="Server">The server of the shard, by the map.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Store">Its store.</param>
/// <param name="Writes">The writes.</param>
/// <param name="Places">Where each stands in the batch.</param>
internal sealed record ShardPart(int Server, int Shard, IShardStore Store, Write[] Writes, int[] Places);
