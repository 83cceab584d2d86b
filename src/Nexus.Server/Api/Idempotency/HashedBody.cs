using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api;

/// <summary>A body that is hashed as it is read: for a route that does not keep it.</summary>
internal sealed class HashedBody(Stream body) : ForwardOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of what was read. A later reading begins anew.</summary>
    public byte[] GetHash() => _hash.GetHashAndReset();

    /// <summary>Reads a repeated body to its end, with the same limits as the first time.</summary>
    public static async Task<byte[]> DrainAsync(HttpContext context)
    {
        await using var hashed = new HashedBody(context.Request.Body);
        context.Request.Body = hashed;
        await using var body = await BodyStream.OpenAsync(context, isKept: false);
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, context.RequestAborted) > 0) continue;
        return hashed.GetHash();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var taken = await body.ReadAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span[..taken]);
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}
