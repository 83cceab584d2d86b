using Nexus.StoreContract;
using Nexus.StoreContract.Front;
using Nexus.StoreContract.Properties;

namespace Nexus.Postgres.Tests.Failover;

// The store contract and the front contract against PostgreSQL with failover, while PostgreSQL is available and during an outage. The contracts are
// in tests/Nexus.StoreContract.

public sealed class FallbackSessionTests : SessionContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackSessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackBotStateTests : BotStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackSystemConfigTests : SystemConfigContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackTradeTests : TradeContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackFillTests : FillContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackPerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackMetaTests : MetaContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackChangeFeedTests : ChangeFeedContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackRoundTripTests : RoundTripContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackMergePatchTests : MergePatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackModelTests : ModelContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackSessionsFrontTests : SessionsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackUsersFrontTests : UsersFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackSwitchesFrontTests : SwitchesFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackTradesFrontTests : TradesFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackFillsFrontTests : FillsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackWatchFrontTests : WatchFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackBadInputTests : BadInputContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackSecretsTests : SecretsContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class AwaySessionTests : SessionContract
{
    protected override bool CanReseal => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwaySessionListTests : SessionListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayUserTests : UserContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayBotStateTests : BotStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwaySystemConfigTests : SystemConfigContract
{
    protected override bool CanReseal => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayTradeTests : TradeContract
{
    protected override bool CanReseal => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayFillTests : FillContract
{
    protected override bool CanReseal => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayTradeListTests : TradeListContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayPerformanceTests : PerformanceContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayBatchTests : BatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayChangeFeedTests : ChangeFeedContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayMergePatchTests : MergePatchContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayModelTests : ModelContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwaySessionsFrontTests : SessionsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayUsersFrontTests : UsersFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwaySwitchesFrontTests : SwitchesFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayTradesFrontTests : TradesFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayFillsFrontTests : FillsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayBadInputTests : BadInputContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwaySecretsTests : SecretsContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class FallbackMasksFrontTests : MasksFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class AwayMasksFrontTests : MasksFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class FallbackKeyedStateTests : KeyedStateContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackKeyedStateFrontTests : KeyedStateFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class AwayKeyedStateTests : KeyedStateContract
{
    protected override bool CanReseal => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayKeyedStateFrontTests : KeyedStateFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class FallbackSubscriptionsFrontTests : SubscriptionsFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackCalibrationTests : CalibrationContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackTaskTests : TaskContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackTaskFrontTests : TaskFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class AwayTaskTests : TaskContract
{
    protected override bool CanReseal => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayTaskFrontTests : TaskFrontContract
{
    protected override bool CanClaim => false;

    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class FallbackErasureFrontTests : ErasureFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class FallbackDispatchFrontTests : DispatchFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAsync();
}

public sealed class AwayCalibrationTests : CalibrationContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayCalibrationFrontTests : CalibrationFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}

public sealed class AwayIdempotencyFrontTests : IdempotencyFrontContract
{
    protected override async Task<StoreHome> CreateHomeAsync() => await FallbackHome.CreateAwayAsync();
}
