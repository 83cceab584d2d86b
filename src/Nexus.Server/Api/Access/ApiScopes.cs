using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>What a caller's key is good for.</summary>
[Flags]
internal enum ApiScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads and changes the state as a bot does.</summary>
    Bot = 1,

    /// <summary>Sees secrets in plain text where the other scopes let it read.</summary>
    Secrets = 2,

    /// <summary>Manages users, settings and API keys, and does what a bot does.</summary>
    Admin = 4,

    /// <summary>Reads the metrics.</summary>
    Metrics = 8,

    /// <summary>All of them.</summary>
    All = Bot | Secrets | Admin | Metrics,
}

internal static class ApiScopeNames
{
    private static readonly (string Name, ApiScopes Scope)[] Known =
        [("bot", ApiScopes.Bot), ("secrets", ApiScopes.Secrets), ("admin", ApiScopes.Admin), ("metrics", ApiScopes.Metrics)];

    public static IReadOnlyList<string> ToNames(this ApiScopes scopes) => [.. Known.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name)];

    /// <exception cref="NexusValidationException">A name is unknown, or there is none.</exception>
    public static ApiScopes Parse(IReadOnlyList<string>? names)
    {
        var scopes = ApiScopes.None;
        for (var i = 0; i < (names?.Count ?? 0); i++)
        {
            var scope = Known.FirstOrDefault(known => known.Name == names![i]).Scope;
            if (scope == ApiScopes.None) throw new NexusValidationException($"scopes[{i}]", "must be bot, secrets, admin or metrics");
            scopes |= scope;
        }
        return scopes != ApiScopes.None ? scopes : throw new NexusValidationException("scopes", "must name at least one of bot, secrets, admin and metrics");
    }
}
