using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api;

/// <summary>
/// A list without pages, sent while it is read. Reading goes ahead of a slow caller by some megabytes, so that a list of usual length holds no
/// database connection while the caller reads.
/// </summary>
/// <param name="name">The list's property.</param>
/// <param name="items">The list.</param>
/// <param name="view">Converts an item to its response.</param>
/// <param name="type">The JSON type of the response.</param>
internal sealed class StreamResult<TItem, TView>(string name, IAsyncEnumerable<TItem> items, Func<TItem, TView> view, JsonTypeInfo<TView> type)
    : IResult
{
    /// <summary>The first part is small, because the caller begins with it.</summary>
    private const int FirstPartBytes = 2 * 1024;

    private const int PartBytes = 256 * 1024;

    private const int PartsAhead = 32;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var share = await httpContext.TakeListAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        var parts = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(PartsAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(parts.Writer, stop.Token), CancellationToken.None);
        try
        {
            // An error before the first part is a problem document; a later one breaks the connection.
            await foreach (var part in parts.Reader.ReadAllAsync(httpContext.RequestAborted))
            {
                if (!httpContext.Response.HasStarted) httpContext.Response.ContentType = ResponseBody.Json;
                if (httpContext.IsHead()) return;
                await httpContext.SendAsync(part);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    private async Task ReadAsync(ChannelWriter<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new ArrayBufferWriter<byte>(FirstPartBytes + 512);
            await using var writer =
                new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ServerJson.Strict.Options.Encoder, SkipValidation = true });
            writer.WriteStartObject();
            writer.WriteStartArray(name);
            var most = FirstPartBytes;
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                JsonSerializer.Serialize(writer, view(item), type);
                if (buffer.WrittenCount + writer.BytesPending < most) continue;
                await FlushAsync();
                most = PartBytes;
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
            await FlushAsync();
            parts.Complete();

            async Task FlushAsync()
            {
                await writer.FlushAsync(cancellationToken);
                var part = buffer.WrittenMemory.ToArray();
                buffer.ResetWrittenCount();
                await parts.WriteAsync(part, cancellationToken);
            }
        }
        catch (Exception error)
        {
            parts.Complete(error);
        }
    }
}
