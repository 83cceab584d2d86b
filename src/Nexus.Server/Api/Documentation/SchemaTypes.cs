using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>Schemas of types with custom converters, which the generator cannot describe, and what the descriptions of members say.</summary>
internal static class SchemaTypes
{
    /// <summary>How the description of a required member begins. Handlers check it themselves, so that the error names the member.</summary>
    public const string Required = "Required.";

    private const string ChatPattern = "^-?[0-9]+$";

    private static readonly HashSet<Type> Inline = [typeof(ChatId), typeof(RawJson), typeof(JsonElement), typeof(Figure)];

    /// <summary>The name of a component; null for types that stand where they are used.</summary>
    public static string? ComponentOf(JsonTypeInfo type) =>
        Inline.Contains(Nullable.GetUnderlyingType(type.Type) ?? type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var declared = context.JsonTypeInfo.Type;
        var nullable = Nullable.GetUnderlyingType(declared) is not null ? JsonSchemaType.Null : default(JsonSchemaType);
        switch (Nullable.GetUnderlyingType(declared) ?? declared)
        {
            case var type when type == typeof(decimal) && context.JsonPropertyInfo is { Name: "leverage" }:
                schema.Type = JsonSchemaType.Number | nullable | (IsResponse(context) ? default : JsonSchemaType.String);
                (schema.Format, schema.Pattern) = (null, null);
                break;
            case var type when type == typeof(decimal) || type == typeof(Figure):
                schema.Type = JsonSchemaType.String | nullable | (IsResponse(context) ? default : JsonSchemaType.Number);
                (schema.Format, schema.Pattern) = ("decimal", null);
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
                schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = ChatId.MaxLength, Pattern = ChatPattern };
                break;
            case var type when type.IsAssignableTo(typeof(IReadOnlyDictionary<string, string>)):
                schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String };
                break;
            case var type when type == typeof(ChatId):
                (schema.Type, schema.MaxLength, schema.Pattern) = (JsonSchemaType.String | nullable, ChatId.MaxLength, ChatPattern);
                break;
            case var type when type == typeof(DateTimeOffset):
                (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "date-time");
                break;
            // The value of a setting, and a damaged write, may be any JSON.
            case var type when type == typeof(RawJson) && context.JsonPropertyInfo is { Name: not ("value" or "write") }:
                (schema.Type, schema.AdditionalProperties) = (JsonSchemaType.Object, new OpenApiSchema());
                break;
            case var type when type == typeof(TradeSide):
                Names(schema, new SideConverter().Names);
                break;
            case var type when type == typeof(FillSide):
                Names(schema, new FillSideConverter().Names);
                break;
            case var type when type == typeof(TradeStatus):
                Names(schema, StatusConverter.Instance.Names);
                break;
            case var type when type == typeof(UserRole):
                Names(schema, new RoleConverter().Names);
                break;
            case var type when type == typeof(AccessRole):
                Names(schema, new AccessRoleConverter().Names);
                break;
            case { IsEnum: true } type:
                Names(schema, Enum.GetNames(type));
                break;
        }
        DescribeMember(schema, context.JsonPropertyInfo);
        foreach (var member in context.JsonTypeInfo.Properties.Where(IsRequired)) (schema.Required ??= new HashSet<string>()).Add(member.Name);
        return Task.CompletedTask;
    }

    /// <summary>A required member that refers to a component may not be null; the generator adds null after the member was described.</summary>
    public static void KeepRequiredMembers(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (!name.EndsWith("Body", StringComparison.Ordinal) || schema.Properties is not { } members) continue;
            foreach (var member in schema.Required ?? new HashSet<string>())
            {
                if (members.TryGetValue(member, out var described) && described.OneOf is [{ Type: JsonSchemaType.Null }, var only])
                    members[member] = only;
            }
        }
    }

    private static void DescribeMember(OpenApiSchema schema, JsonPropertyInfo? member)
    {
        if (member is null) return;
        if (IsRequired(member)) schema.Type &= ~JsonSchemaType.Null;
        if (AttributeOf<AllowedValuesAttribute>(member) is not { } allowed) return;
        IList<JsonNode> names = [.. allowed.Values.Select(name => (JsonNode)(string)name!)];
        if (schema.Items is OpenApiSchema items)
        {
            items.Enum = names;
            return;
        }
        schema.Enum = names;
        // Absent, not null, stands for the default.
        schema.Type &= ~JsonSchemaType.Null;
    }

    private static bool IsRequired(JsonPropertyInfo member) =>
        AttributeOf<DescriptionAttribute>(member)?.Description.StartsWith(Required, StringComparison.Ordinal) == true;

    private static T? AttributeOf<T>(JsonPropertyInfo member)
        where T : Attribute => member.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: false) is [T only] ? only : null;

    /// <summary>Whether the property is one of a response. The records of requests are named so.</summary>
    private static bool IsResponse(OpenApiSchemaTransformerContext context) =>
        context.JsonPropertyInfo?.DeclaringType is { } record
            && (!record.Name.EndsWith("Body", StringComparison.Ordinal) || record == typeof(ProblemBody));

    /// <summary>An enumeration is a component, and null is allowed where it is referred to.</summary>
    private static void Names(OpenApiSchema schema, IEnumerable<string> names)
    {
        schema.Type = JsonSchemaType.String;
        schema.Enum = [.. names.Select(name => (JsonNode)name)];
    }
}
