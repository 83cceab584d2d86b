using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Hosts;

// What every store promises, through PgBouncer in both modes. Kinds of records whose statements do not differ are left out.

public sealed class PooledSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PoolerHome.CreateAsync("transaction");
}

public sealed class PooledTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PoolerHome.CreateAsync("transaction");
}

public sealed class PooledBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PoolerHome.CreateAsync("transaction");
}

public sealed class PooledTaskTests : TaskContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PoolerHome.CreateAsync("transaction");
}

public sealed class PooledInSessionModeBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PoolerHome.CreateAsync("session");
}
