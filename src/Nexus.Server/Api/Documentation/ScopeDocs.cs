using Microsoft.OpenApi;

namespace Nexus.Server.Api;

/// <summary>
/// The scopes as security schemes, one each: OpenAPI 3.0 allows a list of scopes for OAuth only, and a reader sees at each operation which keys it
/// admits.
/// </summary>
internal static class ScopeDocs
{
    private static readonly (ApiScopes Scope, string Description)[] Known =
    [
        (ApiScopes.Bot, "An API key with the scope bot: reads and changes the state as a bot does. Secrets are masked unless the key also has the "
            + "scope secrets."),
        (ApiScopes.Admin, "An API key with the scope admin: manages users, settings and API keys; includes bot. The admin key is in admin.key in "
            + "the data folder; POST /v1/api-keys creates more keys."),
        (ApiScopes.Metrics, "An API key with the scope metrics: reads the metrics."),
    ];

    /// <summary>The scheme that every operation admits.</summary>
    public static string Preferred => NameOf(ApiScopes.Admin);

    /// <summary>Any one of the keys that the scope admits.</summary>
    public static IList<OpenApiSecurityRequirement> RequirementOf(RequiredScope required, OpenApiDocument document)
    {
        ApiScopes[] scopes = required.Scope == ApiScopes.Admin ? [ApiScopes.Admin] : [required.Scope, ApiScopes.Admin];
        return
        [
            .. scopes.Select(scope => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(NameOf(scope), document)] = [] }),
        ];
    }

    public static string SentenceOf(RequiredScope required) => required switch
    {
        { Whole: not ApiScopes.None } => $"Requires the scope {NameOf(required.Scope)}, and {required.Name} for all of it.",
        { Scope: ApiScopes.Admin } => "Requires the scope admin.",
        _ => $"Requires the scope {required.Name} or admin.",
    };

    public static void AddComponents(OpenApiDocument document) =>
        document.Components!.SecuritySchemes = Known.ToDictionary(
            known => NameOf(known.Scope),
            IOpenApiSecurityScheme (known) => new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = known.Description,
            });

    private static string NameOf(ApiScopes scope) => scope.ToNames()[0];
}
