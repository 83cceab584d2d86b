using Nexus.StoreContract;
using Nexus.StoreContract.Front;
using Nexus.StoreContract.Properties;

namespace Nexus.Postgres.Tests.Shards;

// What every store promises, run against one with three shards: the lists and the figures in each run, the rest with NEXUS_TEST_SHARDS=1. Atomic
// batches over chats of several shards are refused (ShardedStoreTests), so their contracts run with every bucket on the home shard.

public sealed class ShardedSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedSessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedFillTests : FillContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateAsync();
}

public sealed class ShardedTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateAsync();
}

public sealed class ShardedPerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateAsync();
}

public sealed class ShardedBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync(isWhole: true);
}

public sealed class ShardedMetaTests : MetaContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedChangeFeedTests : ChangeFeedContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync(isWhole: true);
}

public sealed class ShardedModelTests : ModelContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync(isWhole: true);
}

public sealed class ShardedSharedStoreTests : SharedStoreContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedKeyedStateTests : KeyedStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedTaskTests : TaskContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedCalibrationTests : CalibrationContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedUsersFrontTests : UsersFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedDispatchFrontTests : DispatchFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}

public sealed class ShardedErasureFrontTests : ErasureFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await ShardedHome.CreateIfAskedAsync();
}
