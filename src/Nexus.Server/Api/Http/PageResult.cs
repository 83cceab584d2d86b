using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api;

/// <summary>
/// A page of a list, read and sent in parts: memory holds one part, however large the page, and the store serves others while the caller takes its time.
/// </summary>
/// <param name="name">The list's property.</param>
/// <param name="items">The records that follow one, or the first ones; at least so many where there are so many, and possibly more.</param>
/// <param name="limit">Records on the page; null for a list that has only one, which then names no next one.</param>
/// <param name="cursor">Where the next page continues.</param>
/// <param name="view">What is shown of a record.</param>
/// <param name="type">How it is written.</param>
internal sealed class PageResult<TItem, TView>(
    string name, Func<TItem?, int, IAsyncEnumerable<TItem>> items, int? limit, Func<TItem, string> cursor, Func<TItem, TView> view, JsonTypeInfo<TView> type) : IResult
    where TItem : class
{
    private const int PartBytes = 1024 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var share = await httpContext.TakeListAsync();
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        await using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ServerJson.Strict.Options.Encoder, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        // The first part is read before the answer begins, so that a store that is away is still a 503.
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

    /// <summary>Writes records until the part is full or the page is; true where the page is.</summary>
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
            // The next parts ask for as many as fit into one, so that none has to be left early.
            page.PartRecords = page.Written - before;
            return false;
        }
        // Fewer than were asked for: there are no more. As many: the part ends where the question did.
        return page.Written - before < most;
    }

    private sealed class Page(int limit)
    {
        public int Limit { get; } = limit;

        public int Written { get; set; }

        public TItem? Last { get; set; }

        public bool HasMore { get; set; }

        public int PartRecords { get; set; } = int.MaxValue - 1;

        /// <summary>Records to ask for: one more than the page holds, to know whether another page follows.</summary>
        public int Most => (int)Math.Min(PartRecords, (long)Limit - Written + 1);
    }
}
