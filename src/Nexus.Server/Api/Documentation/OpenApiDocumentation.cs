using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;

namespace Nexus.Server.Api;

/// <summary>The OpenAPI document: the descriptions of the routes, and what all routes have in common.</summary>
internal static class OpenApiDocumentation
{
    public const string Name = "v1";

    public const string Route = $"/openapi/{Name}.json";

    private static readonly Dictionary<string, (JsonSchemaType Type, string? Format)> QueryTypes = new(StringComparer.Ordinal)
    {
        ["limit"] = (JsonSchemaType.Integer, "int32"),
        ["days"] = (JsonSchemaType.Integer, "int32"),
        ["ttlSeconds"] = (JsonSchemaType.Integer, "int64"),
        ["from"] = (JsonSchemaType.String, "date-time"),
        ["to"] = (JsonSchemaType.String, "date-time"),
    };

    private static readonly Dictionary<string, string> PathParameters = new(StringComparer.Ordinal)
    {
        ["chatId"] = "A Telegram chat id: digits with an optional leading minus, at most 50 characters.",
        ["key"] = "The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.",
        ["namespace"] = "At most 100 characters, without slashes and control characters.",
        ["id"] = "The id of the record.",
        ["name"] = "The name of the notifier in the settings file.",
    };

    public static IServiceCollection AddApiDocumentation(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            ServerJson.Configure(json.SerializerOptions);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Strict);
            json.SerializerOptions.TypeInfoResolverChain.Add(AlertJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(QueryJson.Default);
        });
        services.AddSingleton<OpenApiDocumentCache>();
        return services.AddOpenApi(Name, options =>
        {
            options.AddSchemaTransformer(SchemaTypes.DescribeAsync);
            options.AddOperationTransformer(DescribeOperationAsync);
            options.AddDocumentTransformer(DescribeDocumentAsync);
        });
    }

    public static void MapApiDocumentation(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Route, (HttpContext http, OpenApiDocumentCache document) => document.WriteAsync(http)).ExcludeFromDescription();

    private static Task DescribeOperationAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            if (parameter.In == ParameterLocation.Path && PathParameters.TryGetValue(parameter.Name!, out var description))
                parameter.Description = description;
            if (parameter.In == ParameterLocation.Query && QueryTypes.TryGetValue(parameter.Name!, out var type))
                parameter.Schema = new OpenApiSchema { Type = type.Type, Format = type.Format };
            if (parameter.In == ParameterLocation.Query) parameter.Required = false;
        }
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredScope>().FirstOrDefault() is not { } required)
            return Task.CompletedTask;

        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyGate.Scheme, context.Document)] = [] }];
        operation.Description =
            $"{operation.Description} Requires the scope {required.Name}{(required.Scope == ApiScopes.Admin ? "" : " or admin")}.".TrimStart();
        operation.Responses ??= [];
        foreach (var (status, meaning) in new[]
            {
                ("401", "The API key is missing or unknown."),
                ("403", "The API key lacks the scope."),
                ("503", "The store is unavailable. Retry later."),
            })
        {
            operation.Responses[status] = new OpenApiResponse
            {
                Description = meaning,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problem.ContentType] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemBody), context.Document) },
                },
            };
        }
        return Task.CompletedTask;
    }

    private static Task DescribeDocumentAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Nexus",
            Version = "v1",
            Description =
                "The state of a trading bot with many subscribers: sessions with sealed exchange keys, users, switches, settings and trades. "
                + "Errors are problem documents (RFC 9457) with a stable code. Responses contain decimals as text; requests may use text or "
                + "numbers. Unknown properties and query parameters are refused.",
        };
        // The address that the caller used: behind a proxy the bound address may be unreachable.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [ApiKeyGate.Scheme]
            = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key. The admin key is in admin.key in the data folder; POST /v1/api-keys creates more keys.",
            },
        };
        document.Paths["/metrics"] = MetricsPath(document);
        return Task.CompletedTask;
    }

    /// <summary>The exporter maps its route itself, so the document generator does not see it.</summary>
    private static OpenApiPathItem MetricsPath(OpenApiDocument document) => new()
    {
        Operations = new Dictionary<HttpMethod, OpenApiOperation>
        {
            [HttpMethod.Get] = new()
            {
                Summary = "Metrics",
                Description = "Prometheus text format. Requires the scope metrics or admin.",
                Tags = new HashSet<OpenApiTagReference> { new("Health", document) },
                Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ApiKeyGate.Scheme, document)] = [] }],
                Responses = new OpenApiResponses
                {
                    ["200"]
                    = new OpenApiResponse
                    {
                        Description = "OK",
                        Content = new Dictionary<string,
                        OpenApiMediaType>
                        { ["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } },
                    },
                },
            },
        },
    };
}
