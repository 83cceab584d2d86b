using Nexus.StoreContract;
using Nexus.StoreContract.Properties;

namespace Nexus.Postgres.Tests.Store;

// What every store promises, in a schema in which another role has planted operators and functions that fit better than the system's.

public sealed class PlantedSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedSessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedBotStateTests : BotStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedSystemConfigTests : SystemConfigContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedFillTests : FillContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedPerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedMetaTests : MetaContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedRoundTripTests : RoundTripContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedMergePatchTests : MergePatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedKeyedStateTests : KeyedStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedTaskTests : TaskContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}

public sealed class PlantedCalibrationTests : CalibrationContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PlantedHome.CreateAsync();
}
