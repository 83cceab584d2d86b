using Nexus.StoreContract;
using Nexus.StoreContract.Properties;

namespace Nexus.Postgres.Tests.Store;

// What every store promises, run against this one. The promises are in tests/Nexus.StoreContract.

public sealed class PostgresSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresSessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresBotStateTests : BotStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresSystemConfigTests : SystemConfigContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresFillTests : FillContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresPerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresMetaTests : MetaContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresChangeFeedTests : ChangeFeedContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresRoundTripTests : RoundTripContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresMergePatchTests : MergePatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresModelTests : ModelContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresSharedStoreTests : SharedStoreContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresContractCoverageTests
{
    [Fact]
    public void Every_contract_is_run_on_PostgreSQL() =>
        ContractCoverage.AssertEveryContractIsRun(typeof(PostgresContractCoverageTests).Assembly, isShared: true);
}

public sealed class PostgresKeyedStateTests : KeyedStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresTaskTests : TaskContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresCalibrationTests : CalibrationContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
