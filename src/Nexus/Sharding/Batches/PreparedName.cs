using System.Globalization;

namespace Nexus.Sharding;

/// <summary>
/// The name of a prepared transaction: the sharded database, the server and the batch, so that several databases of one server do not meet each
/// other's.
/// </summary>
internal static class PreparedName
{
    /// <summary>The names of a server's parts begin so.</summary>
    public static string Prefix(Guid mapId, int server) => string.Create(CultureInfo.InvariantCulture, $"nexus:{mapId:N}:{server}:");

    public static string Of(Guid mapId, int server, Guid batch) => string.Create(CultureInfo.InvariantCulture, $"{Prefix(mapId, server)}{batch:N}");

    /// <summary>The batch of a name.</summary>
    /// <returns>False for a name that is not of this database and server.</returns>
    public static bool TryRead(string name, Guid mapId, int server, out Guid batch)
    {
        batch = default;
        var prefix = Prefix(mapId, server);
        return name.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(name.AsSpan(prefix.Length), "N", out batch);
    }
}
