using System.Globalization;
using System.Net;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Hosts and ports as libpq lists them, put into the one keyword in which the driver takes them.</summary>
internal static class HostList
{
    private const int DefaultPort = 5432;

    /// <param name="builder">Gets host and port.</param>
    /// <param name="hosts">Names, addresses or socket directories, separated by commas; empty for this machine.</param>
    /// <param name="ports">None, one for all, or one for each; an empty one is 5432.</param>
    public static void Set(NpgsqlConnectionStringBuilder builder, string hosts, string ports)
    {
        var names = hosts.Length == 0 ? ["localhost"] : hosts.Split(',', StringSplitOptions.TrimEntries);
        var numbers = ports.Split(',', StringSplitOptions.TrimEntries);
        if (numbers.Length != 1 && numbers.Length != names.Length) throw DatabaseUrl.Error($"has {names.Length} hosts but {numbers.Length} ports");
        var places = new (string Host, int Port)[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!IsPlausible(names[i]))
                throw DatabaseUrl.Error($"host {i + 1} is empty or contains invalid characters; in the password @ : / ? # % must be percent-encoded");
            places[i] = (names[i], PortOf(numbers[numbers.Length == 1 ? 0 : i], i));
        }

        builder.Port = places[0].Port;
        builder.Host = places is [var only]
            ? only.Host
            : string.Join(',', places.Select(place => $"{(place.Host.Contains(':') ? $"[{place.Host}]" : place.Host)}:{place.Port}"));
    }

    /// <summary>The hosts of the option <c>listen</c>, each with its port or without: <c>db1:5432,db2</c>.</summary>
    /// <exception cref="Nexus.Errors.NexusConfigurationException">A host or a port is invalid.</exception>
    public static void SetDirect(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        var places = hosts.Split(',', StringSplitOptions.TrimEntries).Select(place =>
        {
            var end = place.StartsWith('[') ? place.IndexOf(']') + 1 : Math.Max(place.IndexOf(':'), 0);
            // A bare IPv6 address has more than one colon, a socket's folder none.
            if (end == 0 || (!place.StartsWith('[') && place.LastIndexOf(':') != end)) end = place.Length;
            return (Host: place[..end].Trim('[', ']'), Port: place[end..].TrimStart(':'));
        }).ToList();
        if (places.Exists(place => !IsPlausible(place.Host)))
            throw DatabaseUrl.Error("the option listen must name the server's own host and port, such as db1:5432");
        Set(builder, string.Join(',', places.Select(place => place.Host)), string.Join(',', places.Select(place => place.Port)));
    }

    /// <summary>Hosts of any form that no connection can be made to, which the driver would refuse as an error of the program.</summary>
    /// <exception cref="Nexus.Errors.NexusConfigurationException">There is one.</exception>
    public static void RefuseUnreachable(NpgsqlConnectionStringBuilder builder)
    {
        // The longest name of a host: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4.
        const int longest = 253;
        foreach (var host in TlsPolicy.HostsOf(builder).Where(host => !TlsPolicy.IsSocket(host)))
        {
            if (host.Length > longest) throw DatabaseUrl.Error($"has a host of {host.Length} characters; a name has at most {longest}");
            if (IPAddress.TryParse(host, out var address) && (IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address)
                || (address.IsIPv4MappedToIPv6 && IPAddress.Any.Equals(address.MapToIPv4()))))
                throw DatabaseUrl.Error($"names the host {host}, on which a server listens but to which nothing connects: write 127.0.0.1 for this "
                    + "machine");
        }
    }

    private static int PortOf(string text, int index) =>
        text.Length == 0 ? DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port
        : throw DatabaseUrl.Error($"the port of host {index + 1} must be 1 to 65535; in the password @ : / ? # % must be percent-encoded");

    private static bool IsPlausible(string host) =>
        TlsPolicy.IsSocket(host)
            ? host.Length > 1
            : host.Length > 0 && host.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '%');
}
