using Nexus.StoreContract;
using Nexus.StoreContract.Properties;

namespace Nexus.Postgres.Tests.Store;

// What every store promises, on a database whose role carries every hostile setting.

public sealed class HostileSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileSessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileBotStateTests : BotStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileSystemConfigTests : SystemConfigContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileFillTests : FillContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostilePerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileMetaTests : MetaContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileChangeFeedTests : ChangeFeedContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileRoundTripTests : RoundTripContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileMergePatchTests : MergePatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileModelTests : ModelContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileSharedStoreTests : SharedStoreContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileKeyedStateTests : KeyedStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileTaskTests : TaskContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}

public sealed class HostileCalibrationTests : CalibrationContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await HostileHome.CreateAsync();
}
