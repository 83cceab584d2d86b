using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api;

/// <summary>
/// A page of a list, read and sent in parts: memory holds one part, however large the page, and a slow caller does not block the store.
/// </summary>
/// <param name="name">The list's property.</param>
/// <param name="items">
/// Reads the records after a given one, or the first ones. Returns at least the requested number if there are enough, and possibly more.
/// </param>
/// <param name="limit">The maximum number of records on the page; null for a list without paging.</param>
/// <param name="cursor">The cursor of the next page.</param>
/// <param name="view">Converts a record to its response.</param>
/// <param name="type">The JSON type of the response.</param>
internal sealed class PageResult<TItem, TView>(
    string name, Func<TItem?, int, IAsyncEnumerable<TItem>> items, int? limit, Func<TItem, string> cursor, Func<TItem, TView> view,
        JsonTypeInfo<TView> type) : IResult
    where TItem : class
{
    private const int PartBytes = 1024 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var share = await httpContext.TakeListAsync();
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        await using var writer =
            new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ServerJson.Strict.Options.Encoder, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        // The first part is read before the response starts, so an unavailable store still gives a 503.
        var page = new Page(limit ?? int.MaxValue);
        while (!await ReadPartAsync(page, writer, buffer))
        {
            Begin(httpContext);
            if (httpContext.IsHead()) return;
            await writer.FlushAsync(httpContext.RequestAborted);
            await httpContext.SendAsync(buffer.WrittenMemory);
            buffer.ResetWrittenCount();
        }
        writer.WriteEndArray();
        if (limit is not null) writer.WriteString("next", page.HasMore ? cursor(page.Last!) : null);
        writer.WriteEndObject();
        await writer.FlushAsync(httpContext.RequestAborted);
        Begin(httpContext);
        if (!httpContext.IsHead()) await httpContext.SendAsync(buffer.WrittenMemory);
    }

    private static void Begin(HttpContext context)
    {
        if (!context.Response.HasStarted) context.Response.ContentType = ResponseBody.Json;
    }

    /// <summary>Writes records until the part or the page is full. True if the page is full.</summary>
    private async Task<bool> ReadPartAsync(Page page, Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer)
    {
        var (before, most) = (page.Written, page.Most);
        await foreach (var item in items(page.Last, most))
        {
            if (page.Written == page.Limit) return page.HasMore = true;
            JsonSerializer.Serialize(writer, view(item), type);
            page.Last = item;
            page.Written++;
            if (buffer.WrittenCount + writer.BytesPending < PartBytes) continue;
            // The next parts request as many records as fit, so that no part has to end early.
            page.PartRecords = page.Written - before;
            return false;
        }
        // Fewer records than requested: there are no more. As many as requested: the part ends here.
        return page.Written - before < most;
    }

    private sealed class Page(int limit)
    {
        public int Limit { get; } = limit;

        public int Written { get; set; }

        public TItem? Last { get; set; }

        public bool HasMore { get; set; }

        public int PartRecords { get; set; } = int.MaxValue - 1;

        /// <summary>The number of records to request: one more than the page holds, to know whether another page follows.</summary>
        public int Most => (int)Math.Min(PartRecords, (long)Limit - Written + 1);
    }
}
