using System.Net;
using Nexus.Errors;

namespace Nexus.Server.Settings;

/// <summary>The settings of the dashboard, and of the proxy in front of the server.</summary>
public sealed class DashboardOptions
{
    /// <summary>Whether the dashboard is served at <c>/</c>. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The path under which a proxy publishes the server, such as <c>/nexus</c>; null for none.</summary>
    public string? PathBase { get; set; }

    /// <summary>
    /// Addresses or networks of proxies, such as <c>10.0.0.0/8</c>, whose <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and
    /// <c>-Prefix</c> are believed. Default: none.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>How long a sign-in lasts without a request, 1 minute to 24 hours. Default: 30 minutes.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Checks every setting above.</summary>
    /// <exception cref="NexusConfigurationException">Names the setting and its form.</exception>
    public void Validate()
    {
        _ = Prefix;
        _ = Proxies;
        if (IdleTimeout < TimeSpan.FromMinutes(1) || IdleTimeout > TimeSpan.FromHours(24))
            throw new NexusConfigurationException("Dashboard.IdleTimeout", "must be 1 minute to 24 hours");
    }

    /// <summary>The path base, empty for none.</summary>
    internal string Prefix => PathBase?.TrimEnd('/') switch
    {
        null or "" => "",
        ['/', .. { Length: > 0 and < 200 } rest] path when rest.All(IsPathCharacter) && !path.Contains("//", StringComparison.Ordinal) => path,
        _ => throw new NexusConfigurationException("--path-base", "must be a path such as /nexus, of letters, digits, hyphens, dots and underscores"),
    };

    /// <summary>The trusted networks.</summary>
    internal IReadOnlyList<IPNetwork> Proxies => [.. TrustedProxies.Select(ParseProxy)];

    private static bool IsPathCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '/' or '-' or '_' or '.' or '~';

    private static IPNetwork ParseProxy(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new NexusConfigurationException("--trusted-proxies", "must be addresses or networks such as 10.0.0.0/8, separated by commas");
    }
}
