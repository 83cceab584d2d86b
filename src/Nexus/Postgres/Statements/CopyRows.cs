using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>
/// Rows in the binary format of COPY (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"), gathered so that many go to the
/// driver at once. Its importer takes a value at a time, each through an asynchronous call: a quarter of what a trade cost its client.
/// </summary>
internal sealed class CopyRows : IDisposable
{
    private const int FirstSize = 64 * 1024;

    private static ReadOnlySpan<byte> Signature =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;

    /// <summary>What was gathered since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Before the first row: the signature, no flags, no extension.</summary>
    public void Begin()
    {
        Signature.CopyTo(Take(Signature.Length));
        Take(8).Clear();
    }

    /// <summary>After the last row.</summary>
    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    /// <param name="columns">How many values follow.</param>
    public void StartRow(short columns) => BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);

    public void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Add(string? value)
    {
        if (value is null)
        {
            AddNull();
            return;
        }
        var space = Reserve(4 + Encoding.UTF8.GetMaxByteCount(value.Length));
        var bytes = Encoding.UTF8.GetBytes(value, space[4..]);
        BinaryPrimitives.WriteInt32BigEndian(space, bytes);
        _length += 4 + bytes;
    }

    public void Add(Guid value) => value.TryWriteBytes(Value(16), bigEndian: true, out _);

    public void Add(int value) => BinaryPrimitives.WriteInt32BigEndian(Value(4), value);

    public void Add(DateTimeOffset? value)
    {
        if (value is { } at) BinaryPrimitives.WriteInt64BigEndian(Value(8), PostgresTime.ToMicroseconds(at));
        else AddNull();
    }

    public void Add(decimal? value)
    {
        if (value is not { } number)
        {
            AddNull();
            return;
        }
        var space = Reserve(4 + PostgresNumeric.MaxBytes);
        var bytes = PostgresNumeric.Write(space[4..], number);
        BinaryPrimitives.WriteInt32BigEndian(space, bytes);
        _length += 4 + bytes;
    }

    /// <summary>As jsonb, whose binary form is a version and the text.</summary>
    public void AddJson(ReadOnlySpan<byte> utf8)
    {
        var space = Value(1 + utf8.Length);
        space[0] = 1;
        utf8.CopyTo(space[1..]);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private Span<byte> Value(int bytes)
    {
        var space = Take(4 + bytes);
        BinaryPrimitives.WriteInt32BigEndian(space, bytes);
        return space[4..];
    }

    private Span<byte> Take(int bytes)
    {
        var space = Reserve(bytes)[..bytes];
        _length += bytes;
        return space;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes) Grow(bytes);
        return _bytes.AsSpan(_length);
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + bytes));
        Written.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
