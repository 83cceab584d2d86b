using Nexus.StoreContract;
using Nexus.StoreContract.Properties;

namespace Nexus.Simulation.Tests;

// The model server is held to what every store promises, as PostgreSQL is. The promises are in tests/Nexus.StoreContract.

public sealed class ModelServerBatchTests : BatchContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerBotStateTests : BotStateContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerCalibrationTests : CalibrationContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerChangeFeedTests : ChangeFeedContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerKeyedStateTests : KeyedStateContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerMetaTests : MetaContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerPerformanceTests : PerformanceContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerSessionTests : SessionContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerSessionListTests : SessionListContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerSharedStoreTests : SharedStoreContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerSystemConfigTests : SystemConfigContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerTaskTests : TaskContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerTradeTests : TradeContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerTradeListTests : TradeListContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerUserTests : UserContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerRoundTripTests : RoundTripContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerModelTests : ModelContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}

public sealed class ModelServerMergePatchTests : MergePatchContract
{
    protected override Task<StoreHome> CreateHomeAsync() => ModelHome.CreateAsync();
}
