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
                (schema.Type, schema.Format, schema.Pattern) = (JsonSchemaType.String | JsonSchemaType.Number | nullable, "decimal", null);
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

    private static void Names(OpenApiSchema schema, IEnumerable<string> names, JsonSchemaType nullable)
    {
        schema.Type = JsonSchemaType.String | nullable;
        schema.Enum = [.. names.Select(name => (JsonNode)name)];
    }
}
