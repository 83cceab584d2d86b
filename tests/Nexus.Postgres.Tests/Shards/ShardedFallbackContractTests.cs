using Nexus.StoreContract;
using Nexus.StoreContract.Properties;

namespace Nexus.Postgres.Tests.Shards;

// What every store promises, run against three shards with a fallback: the lists and the figures, which are merged from several local replicas,
// during an outage and in each run; the rest with NEXUS_TEST_SHARDS=1.

public sealed class ShardedFallbackAwaySessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateAwayAsync();
}

public sealed class ShardedFallbackAwayTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateAwayAsync();
}

public sealed class ShardedFallbackAwayPerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateAwayAsync();
}

public sealed class ShardedFallbackSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateIfAskedAsync();
}

public sealed class ShardedFallbackUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateIfAskedAsync();
}

public sealed class ShardedFallbackTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateIfAskedAsync();
}

public sealed class ShardedFallbackBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateIfAskedAsync(isWhole: true);
}

public sealed class ShardedFallbackModelTests : ModelContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedFallbackHome.CreateIfAskedAsync();
}
