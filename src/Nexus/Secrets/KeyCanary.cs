using Nexus.Storage;

namespace Nexus.Secrets;

internal static class KeyCanary
{
    public static Task EnsureAsync(IStore store, Sealer sealer, CancellationToken cancellationToken) => throw new NotSupportedException();
}
