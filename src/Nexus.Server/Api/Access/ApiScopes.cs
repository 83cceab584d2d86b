using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>What an API key allows.</summary>
[Flags]
internal enum ApiScopes
{
    /// <summary>No scope.</summary>
    None = 0,

    /// <summary>Reads and changes the state as a bot does.</summary>
    Bot = 1,

    /// <summary>Returns secrets in plain text wherever the other scopes allow reading.</summary>
    Secrets = 2,

    /// <summary>Manages users, settings and API keys. Includes <see cref="Bot"/>.</summary>
    Admin = 4,

    /// <summary>Reads the metrics.</summary>
    Metrics = 8,

    /// <summary>Sees the dashboard and changes nothing.</summary>
    Viewer = 16,

    /// <summary>All scopes.</summary>
    All = Bot | Secrets | Admin | Metrics | Viewer,
}

internal static class ApiScopeNames
{
    private static readonly (string Name, ApiScopes Scope)[] Known =
        [
            ("bot", ApiScopes.Bot), ("secrets", ApiScopes.Secrets), ("admin", ApiScopes.Admin), ("metrics", ApiScopes.Metrics),
            ("viewer", ApiScopes.Viewer),
        ];

    public static IReadOnlyList<string> ToNames(this ApiScopes scopes) =>
        [.. Known.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name)];

    /// <exception cref="NexusValidationException">A name is unknown, or there is none.</exception>
    public static ApiScopes Parse(IReadOnlyList<string>? names)
    {
        var scopes = ApiScopes.None;
        for (var i = 0; i < (names?.Count ?? 0); i++)
        {
            var scope = Known.FirstOrDefault(known => known.Name == names![i]).Scope;
            if (scope == ApiScopes.None) throw new NexusValidationException($"scopes[{i}]", "must be bot, secrets, admin, metrics or viewer");
            scopes |= scope;
        }
        return scopes != ApiScopes.None
            ? scopes
            : throw new NexusValidationException("scopes", "must name at least one of bot, secrets, admin, metrics and viewer");
    }
}
