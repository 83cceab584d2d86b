using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Nexus.Idempotency;
using Nexus.Operations.Json;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Server.Api;

/// <summary>Ids of what a request with an <c>Idempotency-Key</c> creates: the same in every repeat.</summary>
internal static class RequestIds
{
    /// <summary>The request that is carried out once; null without a key.</summary>
    public static IdempotentRequest? Keyed(this HttpContext context) => context.Features.Get<IdempotentRequest>();

    /// <summary>The trade with an id and an entry time, if the caller gave none.</summary>
    public static Trade Identify(this IdempotentRequest? request, Trade trade, ReadOnlySpan<byte> content = default)
    {
        if (request is null) return trade;
        if (trade.Id == Guid.Empty) trade = trade with { Id = request.NewId("trade", content) };
        return trade.EntryTimestamp == default && trade.Id.Version != 7 ? trade with { EntryTimestamp = request.At } : trade;
    }

    /// <summary>The trade of a line. Equal lines at different places are different trades.</summary>
    public static Trade Identify(this IdempotentRequest? request, Trade trade, NdJsonLine line)
    {
        if (request is null || (trade.Id != Guid.Empty && (trade.EntryTimestamp != default || trade.Id.Version == 7))) return trade;
        Span<byte> content = stackalloc byte[sizeof(long) + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(content, line.Number);
        SHA256.HashData(line.Text.ToArray(), content[sizeof(long)..]);
        return request.Identify(trade, content);
    }

    public static NewTask Identify(this IdempotentRequest? request, NewTask task) =>
        request is null || task.Id is not null ? task : task with { Id = request.NewId("task") };
}
