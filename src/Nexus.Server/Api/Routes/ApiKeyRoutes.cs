using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>Routes of API keys.</summary>
internal static class ApiKeyRoutes
{
    private const int MaxNameLength = 50;

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/v1/api-keys").WithTags("API keys").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        keys.MapGet("", (ApiKeyRegistry registry) => ApiResults.Json(new ApiKeyList([.. registry.All.Select(ToView)]), ServerJson.Strict.ApiKeyList))
            .Describe("List the API keys", "Lists neither the keys themselves, which are not stored, nor the admin key of the data folder.")
            .Produces<ApiKeyList>();
        keys.MapPost("", CreateAsync)
            .Describe("Create an API key", "Only this response contains the key. A key can grant only scopes that it has.")
            .Accepts<ApiKeyBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<NewApiKeyView>(201).Problems(400, 409, 413, 415);
        keys.MapDelete("/{id}", RemoveAsync).Describe("Remove an API key", "It stops working at once, on every instance.").Produces(204)
            .Problems(404, 409);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ApiKeyRegistry registry)
    {
        var body = await http.ReadJsonAsync(ServerJson.Strict.ApiKeyBody);
        if (string.IsNullOrWhiteSpace(body.Name)) throw new NexusValidationException("name", "is required");
        if (body.Name.Length > MaxNameLength)
            throw new NexusValidationException("name", $"must be at most {MaxNameLength} characters, not {body.Name.Length}");
        var scopes = ApiScopeNames.Parse(body.Scopes);
        // Otherwise a key without the scope secrets could create one that has it.
        if ((scopes & ~http.Caller().Scopes).ToNames() is [var missing, ..])
        {
            return Problem.Of(
                StatusCodes.Status403Forbidden,
                "forbidden",
                $"a key can grant only scopes that it has, and the caller's key lacks {missing}",
                "scopes");
        }
        var text = http.Keyed() is { } request ? ApiKey.Generate(request.NewSecret("API key")) : ApiKey.Generate();
        var key = await registry.CreateAsync(text, body.Name, scopes, http.Caller().Name, http.RequestAborted);
        return ApiResults.Json(
            new NewApiKeyView(key.Id, key.Name, scopes.ToNames(), key.CreatedAt, text),
            ServerJson.Strict.NewApiKeyView,
            StatusCodes.Status201Created);
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, ApiKeyRegistry registry, string id)
    {
        // A longer text cannot be an id.
        var removed = id.Length <= 20 && await registry.RemoveAsync(id, http.RequestAborted);
        return ApiResults.Removed(removed, "the API key");
    }

    private static ApiKeyView ToView(ApiKey key) => new(key.Id, key.Name, key.Scopes.ToNames(), key.CreatedAt);
}
