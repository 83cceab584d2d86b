using Microsoft.OpenApi;
using Nexus.Idempotency;

namespace Nexus.Server.Api;

/// <summary>Describes the header <c>Idempotency-Key</c> of every POST, and the responses that it adds.</summary>
internal static class IdempotencyDocs
{
    public static void Describe(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Description = IdempotencyKey.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = NexusIdempotency.MaxKeyBytes },
        });
        operation.Responses ??= [];
        foreach (var status in new[] { "409", "422" }) operation.Responses.TryAdd(status, new OpenApiResponse());
    }
}
