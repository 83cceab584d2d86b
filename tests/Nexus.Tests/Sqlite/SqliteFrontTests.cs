using Nexus.StoreContract;
using Nexus.StoreContract.Front;

namespace Nexus.Tests.Sqlite;

// What every caller may rely on, run against this store. The promises are in tests/Nexus.StoreContract/Front.

public sealed class SqliteSessionsFrontTests : SessionsFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteUsersFrontTests : UsersFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteSwitchesFrontTests : SwitchesFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteTradesFrontTests : TradesFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteFillsFrontTests : FillsFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteWatchFrontTests : WatchFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteBadInputTests : BadInputContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteDocumentSizeTests : DocumentSizeContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteSecretsTests : SecretsContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteMasksFrontTests : MasksFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteKeyedStateFrontTests : KeyedStateFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteTaskFrontTests : TaskFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteDispatchFrontTests : DispatchFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteSubscriptionsFrontTests : SubscriptionsFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteErasureFrontTests : ErasureFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteDispatchModelFrontTests : DispatchModelFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteHistoryFrontTests : HistoryFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteCalibrationFrontTests : CalibrationFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class SqliteIdempotencyFrontTests : IdempotencyFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}
