using Nexus.StoreContract;
using Nexus.StoreContract.Properties;

namespace Nexus.Tests.Embedded;

// What every store promises, run against this one. The promises are in tests/Nexus.StoreContract.

public sealed class EmbeddedSessionTests : SessionContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedSessionListTests : SessionListContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedUserTests : UserContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedBotStateTests : BotStateContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedSystemConfigTests : SystemConfigContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedTradeTests : TradeContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedTradeListTests : TradeListContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedPerformanceTests : PerformanceContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedBatchTests : BatchContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedMetaTests : MetaContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedChangeFeedTests : ChangeFeedContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedRoundTripTests : RoundTripContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedMergePatchTests : MergePatchContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedModelTests : ModelContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}
