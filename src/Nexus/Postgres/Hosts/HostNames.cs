using System.Globalization;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The hosts of a connection string in the driver's form, <c>db1:5432,db2:5432</c>.</summary>
internal static class HostNames
{
    /// <summary>Settings for each host alone; the same settings where there is one.</summary>
    public static NpgsqlConnectionStringBuilder[] Split(NpgsqlConnectionStringBuilder settings)
    {
        if (!AreSeveral(settings)) return [settings];
        return [.. settings.Host!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(place =>
        {
            var alone = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
            foreach (var keyword in (string[])["Target Session Attributes", "Load Balance Hosts", "Host Recheck Seconds"]) alone.Remove(keyword);
            (alone.Host, alone.Port) = Read(place, settings.Port);
            return alone;
        })];
    }

    /// <summary>Whether there is more than one host.</summary>
    public static bool AreSeveral(NpgsqlConnectionStringBuilder settings) => settings.Host!.Contains(',', StringComparison.Ordinal);

    /// <summary>As messages name a host.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder settings) =>
        string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}");

    private static (string Host, int Port) Read(string place, int port)
    {
        var colon = place.LastIndexOf(':');
        // A bare IPv6 address has colons too.
        var hasPort = colon > 0 && (place[colon - 1] == ']' || place.IndexOf(':') == colon)
            && int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port);
        return ((hasPort ? place[..colon] : place).Trim('[', ']'), port);
    }
}
