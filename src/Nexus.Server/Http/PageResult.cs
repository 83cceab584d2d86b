using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nexus.Server.Contracts;

namespace Nexus.Server.Http;

/// <summary>A page of a list, written while it is read: memory holds one record, however large the page.</summary>
/// <param name="name">The list's property.</param>
/// <param name="items">At least one more than <paramref name="limit"/> where there are more.</param>
/// <param name="limit">Records on the page.</param>
/// <param name="cursor">Where the next page continues.</param>
/// <param name="view">What is shown of a record.</param>
/// <param name="type">How it is written.</param>
internal sealed class PageResult<TItem, TView>(
    string name, IAsyncEnumerable<TItem> items, int limit, Func<TItem, string> cursor, Func<TItem, TView> view, JsonTypeInfo<TView> type) : IResult
{
    private const int FlushBytes = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellation = httpContext.RequestAborted;
        await using var source = items.GetAsyncEnumerator(cancellation);
        // Read before the answer begins, so that a store that is away is still a 503.
        var more = await source.MoveNextAsync();
        httpContext.Response.ContentType = ResponseBody.Json;
        var output = httpContext.Response.BodyWriter;
        await using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ServerJson.Strict.Options.Encoder, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        string? last = null, next = null;
        for (var count = 0; more; count++, more = await source.MoveNextAsync())
        {
            if (count == limit)
            {
                next = last;
                break;
            }
            JsonSerializer.Serialize(writer, view(source.Current), type);
            last = cursor(source.Current);
            if (writer.BytesPending < FlushBytes) continue;
            await writer.FlushAsync(cancellation);
            await output.FlushAsync(cancellation);
        }
        writer.WriteEndArray();
        writer.WriteString("next", next);
        writer.WriteEndObject();
    }
}
