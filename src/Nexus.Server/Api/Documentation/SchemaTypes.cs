using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>Schemas of types with custom converters, which the generator cannot describe.</summary>
internal static class SchemaTypes
{
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var declared = context.JsonTypeInfo.Type;
        var nullable = Nullable.GetUnderlyingType(declared) is not null ? JsonSchemaType.Null : default(JsonSchemaType);
        switch (Nullable.GetUnderlyingType(declared) ?? declared)
        {
            case var type when type == typeof(decimal):
                (schema.Type, schema.Format, schema.Pattern) =
                    (IsResponse(context) ? JsonSchemaType.String | nullable : JsonSchemaType.String | JsonSchemaType.Number | nullable, "decimal", null);
                break;
            // Requests accept numbers as text too.
            case var type when (type == typeof(int) || type == typeof(long)) && IsResponse(context):
                (schema.Type, schema.Pattern) = (JsonSchemaType.Integer | nullable, null);
                break;
            case var type when type == typeof(double) && IsResponse(context):
                (schema.Type, schema.Pattern) = (JsonSchemaType.Number | nullable, null);
                break;
            case var type when type == typeof(string):
                schema.Type = JsonSchemaType.String | (context.JsonPropertyInfo is { IsGetNullable: true } ? JsonSchemaType.Null : default);
                break;
            case var type when type == typeof(IReadOnlyList<string>):
                schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
                break;
            case var type when type == typeof(IReadOnlyList<ChatId>):
                schema.Type = JsonSchemaType.Array | JsonSchemaType.Null;
                schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = ChatId.MaxLength, Pattern = "^-?[0-9]+$" };
                break;
            case var type when type == typeof(ChatId):
                (schema.Type, schema.MaxLength, schema.Pattern) = (JsonSchemaType.String | nullable, ChatId.MaxLength, "^-?[0-9]+$");
                break;
            case var type when type == typeof(DateTimeOffset):
                (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "date-time");
                break;
            // The value of a setting may be any JSON.
            case var type when type == typeof(RawJson) && context.JsonPropertyInfo is { Name: not "value" }:
                schema.Type = JsonSchemaType.Object;
                break;
            case var type when type == typeof(TradeSide):
                Names(schema, new SideConverter().Names, nullable);
                break;
            case var type when type == typeof(TradeStatus):
                Names(schema, StatusConverter.Instance.Names, nullable);
                break;
            case var type when type == typeof(UserRole):
                Names(schema, new RoleConverter().Names, nullable);
                break;
            case var type when type == typeof(AccessRole):
                Names(schema, new AccessRoleConverter().Names, nullable);
                break;
        }
        return Task.CompletedTask;
    }

    /// <summary>Whether the property is one of a response. The records of requests are named so.</summary>
    private static bool IsResponse(OpenApiSchemaTransformerContext context) =>
        context.JsonPropertyInfo?.DeclaringType is { } record && (!record.Name.EndsWith("Body", StringComparison.Ordinal) || record == typeof(ProblemBody));

    private static void Names(OpenApiSchema schema, IEnumerable<string> names, JsonSchemaType nullable)
    {
        schema.Type = JsonSchemaType.String | nullable;
        schema.Enum = [.. names.Select(name => (JsonNode)name)];
    }
}
