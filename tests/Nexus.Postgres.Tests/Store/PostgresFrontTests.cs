using Nexus.StoreContract;
using Nexus.StoreContract.Front;

namespace Nexus.Postgres.Tests.Store;

// What every caller may rely on, run against this store. The promises are in tests/Nexus.StoreContract/Front.

public sealed class PostgresSessionsFrontTests : SessionsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresUsersFrontTests : UsersFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresSwitchesFrontTests : SwitchesFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresTradesFrontTests : TradesFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresFillsFrontTests : FillsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresWatchFrontTests : WatchFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresBadInputTests : BadInputContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresDocumentSizeTests : DocumentSizeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresSecretsTests : SecretsContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresMasksFrontTests : MasksFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresKeyedStateFrontTests : KeyedStateFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresTaskFrontTests : TaskFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresDispatchFrontTests : DispatchFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresSubscriptionsFrontTests : SubscriptionsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresErasureFrontTests : ErasureFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresDispatchModelFrontTests : DispatchModelFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresHistoryFrontTests : HistoryFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresCalibrationFrontTests : CalibrationFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}

public sealed class PostgresIdempotencyFrontTests : IdempotencyFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
