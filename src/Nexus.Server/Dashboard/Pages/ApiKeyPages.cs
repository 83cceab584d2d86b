using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>The API keys: list, create, revoke.</summary>
internal static class ApiKeyPages
{
    private const int MaxNameLength = 50;

    public static void MapApiKeyPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/api-keys", DashboardArea.Manage, request => Task.FromResult(Show(request)));
        routes.Change("/api-keys", DashboardArea.Manage, CreateAsync);
        routes.Change("/api-keys/{id}/revoke", DashboardArea.Manage, RevokeAsync);
    }

    private static IResult Show(DashboardRequest request, NexusException? error = null, string? created = null)
    {
        var registry = request.Service<ApiKeyRegistry>();
        return DashboardRequest.Page<ApiKeyPage, ApiKeyModel>(
            new ApiKeyModel
            {
                Scopes = [.. ApiScopes.All.ToNames().Select(
                    name => KeyValuePair.Create(name, request.Key.Scopes.HasFlag(ApiScopeNames.Parse([name]))))],
                Keys = [.. registry.All.Select(key => new ApiKeyModel.Row(
                    key.Id, key.Name, key.Scopes.ToNames(), key.CreatedAt, key.Id == request.Key.Id))],
                Created = created,
                Distrust = registry.Distrust,
                Error = error?.Message,
                Name = error is null ? null : request.Form["name"],
                Chosen = error is null ? [] : ChosenIn(request.Form),
            },
            error is not null ? DashboardRequest.StatusOf(error) : created is not null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>The response shows the key. It is not stored, so no other page can.</summary>
    private static async Task<IResult> CreateAsync(DashboardRequest request)
    {
        try
        {
            var name = request.Form["name"] ?? throw new NexusValidationException("name", "is required");
            if (name.Length > MaxNameLength)
                throw new NexusValidationException("name", $"must be at most {MaxNameLength} characters, not {name.Length}");
            var scopes = ApiScopeNames.Parse(ChosenIn(request.Form));
            if ((scopes & ~request.Key.Scopes).ToNames() is [var missing, ..])
                throw new NexusValidationException("scopes", $"must be scopes of your own key, which lacks {missing}");
            var text = ApiKey.Generate();
            await request.Service<ApiKeyRegistry>().CreateAsync(text, name, scopes, request.Key.Name, request.Aborted);
            return Show(request, created: text);
        }
        catch (NexusException error)
        {
            return Show(request, error);
        }
    }

    private static async Task<IResult> RevokeAsync(DashboardRequest request)
    {
        try
        {
            var id = request.Route("id");
            if (id.Length > ApiKey.IdLength || !await request.Service<ApiKeyRegistry>().RemoveAsync(id, request.Aborted))
                throw new NexusNotFoundException("the API key");
            return request.Done("/api-keys", "revoked");
        }
        catch (NexusException error)
        {
            return Show(request, error);
        }
    }

    private static List<string> ChosenIn(DashboardForm form) => [.. ApiScopes.All.ToNames().Where(name => form.Has($"scope_{name}"))];
}
