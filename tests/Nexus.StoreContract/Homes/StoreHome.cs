using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Stores;

namespace Nexus.StoreContract;

/// <summary>A place for one store: a database or a folder of one test, which outlives the store objects that open it.</summary>
public abstract class StoreHome : IAsyncDisposable
{
    /// <summary>Settings that lead to this place, new each time so that a test may change them.</summary>
    public abstract NexusOptions CreateOptions();

    /// <summary>Every stored byte, in every form in which it could be found.</summary>
    /// <remarks>For tests that look for plain secrets.</remarks>
    public abstract Task<byte[]> ReadEverythingAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the store of this place.</summary>
    internal virtual Task<IStore> OpenStoreAsync(ILoggerFactory? loggers = null) => StoreFactory.OpenAsync(
        CreateOptions(), loggers ?? NullLoggerFactory.Instance, TimeProvider.System, static _ => { }, TestContext.Current.CancellationToken);
}
