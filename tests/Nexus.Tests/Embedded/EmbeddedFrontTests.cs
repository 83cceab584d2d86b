using Nexus.StoreContract;
using Nexus.StoreContract.Front;

namespace Nexus.Tests.Embedded;

// What every caller may rely on, run against this store. The promises are in tests/Nexus.StoreContract/Front.

public sealed class EmbeddedSessionsFrontTests : SessionsFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedUsersFrontTests : UsersFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedSwitchesFrontTests : SwitchesFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedTradesFrontTests : TradesFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedWatchFrontTests : WatchFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedBadInputTests : BadInputContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedDocumentSizeTests : DocumentSizeContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedSecretsTests : SecretsContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}

public sealed class EmbeddedMasksFrontTests : MasksFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new EmbeddedHome());
}
