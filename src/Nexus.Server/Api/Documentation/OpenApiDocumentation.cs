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

    /// <summary>The document in version 3.1.</summary>
    public const string Route = $"/openapi/{Name}.json";

    /// <summary>The document in version 3.0.</summary>
    public const string Route30 = $"/openapi/{Name}-3.0.json";

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Sessions", "The config of each chat with its sealed exchange keys, and the chats that may get a signal."),
        ("Users", "Subscribers: roles, subscriptions, access and preferences."),
        ("Bot state", "The switches of the bot: strategies, groups, disabled assets and the AI filter."),
        ("System config", "Settings that administrators keep for the bot."),
        ("Trades", "Trades, and figures over closed trades."),
        ("Calibration", "How the strategies of a chat are tuned."),
        ("Keyed state", "JSON values under a namespace and a key, with a time to live."),
        ("Tasks", "Scheduled tasks, and the claims of the workers that run them."),
        ("Events", "Changes as server-sent events."),
        ("History", "Who changed what, and when."),
        ("API keys", "API keys and their scopes."),
        ("Outbox", "Writes that wait for PostgreSQL, conflicts and refused writes."),
        ("Alerts", "Alerts, silences and notifiers."),
        ("Queries", "The statements that take the most time in PostgreSQL."),
        ("Health", "Health, status and metrics of the server."),
    ];

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
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = SchemaTypes.ComponentOf;
            options.AddSchemaTransformer(SchemaTypes.DescribeAsync);
            options.AddOperationTransformer(DescribeOperationAsync);
            options.AddDocumentTransformer(DescribeDocumentAsync);
        });
    }

    public static void MapApiDocumentation(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, (HttpContext http, OpenApiDocumentCache document) => document.WriteAsync(http, OpenApiSpecVersion.OpenApi3_1))
            .ExcludeFromDescription();
        routes.MapGet(Route30, (HttpContext http, OpenApiDocumentCache document) => document.WriteAsync(http, OpenApiSpecVersion.OpenApi3_0))
            .ExcludeFromDescription();
    }

    private static Task DescribeOperationAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (route, document) = (context.Description, context.Document!);
        operation.OperationId = OperationIds.Of(route);
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
            ParameterTypes.Describe(parameter, OperationIds.PathOf(route));
        operation.Security = [];
        if (route.ActionDescriptor.EndpointMetadata.OfType<RequiredScope>().LastOrDefault() is { } required)
        {
            operation.Security = ScopeDocs.RequirementOf(required, document);
            operation.Description = $"{operation.Description} {ScopeDocs.SentenceOf(required)}".TrimStart();
        }
        if (route.HttpMethod == HttpMethods.Post) IdempotencyDocs.Describe(operation);
        HeaderDocs.Describe(operation, route, document);
        ProblemDocs.Describe(operation, route, document);
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
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = OpenApiDocumentCache.AnyServer }];
        document.Components ??= new OpenApiComponents();
        SchemaTypes.KeepRequiredMembers(document);
        ScopeDocs.AddComponents(document);
        HeaderDocs.AddComponents(document);
        ProblemDocs.AddComponents(document);
        document.Paths["/metrics"] = MetricsPath(document);
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        ApiExamples.Add(document);
        return Task.CompletedTask;
    }

    /// <summary>The exporter maps its route itself, so the document generator does not see it.</summary>
    private static OpenApiPathItem MetricsPath(OpenApiDocument document)
    {
        var operation = new OpenApiOperation
        {
            OperationId = "getMetrics",
            Summary = "Metrics",
            Description = "Prometheus text format. Requires the scope metrics or admin.",
            Tags = new HashSet<OpenApiTagReference> { new("Health", document) },
            Security = ScopeDocs.RequirementOf(new RequiredScope(ApiScopes.Metrics), document),
            Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "OK",
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["text/plain"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                    },
                },
            },
        };
        ProblemDocs.Describe(operation, new Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription { HttpMethod = "GET" }, document);
        return new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Get] = operation } };
    }
}
