namespace Nexus.TestKit;

/// <summary>Bytes that arrive in given pieces, one for each read, as packets from a network do.</summary>
public sealed class SplitStream : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces;

    private SplitStream(IEnumerable<ReadOnlyMemory<byte>> pieces) => _pieces = new Queue<ReadOnlyMemory<byte>>(pieces.Where(piece => !piece.IsEmpty));

    /// <summary>The input whole, then cut in two at every byte, then byte by byte.</summary>
    public static IEnumerable<(string How, SplitStream Stream)> EveryWay(byte[] input)
    {
        yield return ("whole", At(input));
        for (var i = 1; i < input.Length; i++) yield return ($"cut at byte {i} of {input.Length}", At(input, i));
        yield return ("byte by byte", At(input, [.. Enumerable.Range(1, input.Length - 1)]));
    }

    /// <summary>Cut at the given places, which rise.</summary>
    public static SplitStream At(byte[] input, params int[] places) =>
        new(places.Prepend(0).Zip(places.Append(input.Length), (from, to) => (ReadOnlyMemory<byte>)input.AsMemory(from, to - from)));

    /// <summary>Whether reads are complete when they return.</summary>
    public bool CompletesAtOnce { get; set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || !_pieces.TryDequeue(out var piece)) return 0;
        var taken = Math.Min(piece.Length, buffer.Length);
        piece.Span[..taken].CopyTo(buffer);
        if (taken == piece.Length) return taken;
        // The rest of a piece comes before those behind it.
        var behind = _pieces.ToArray();
        _pieces.Clear();
        _pieces.Enqueue(piece[taken..]);
        foreach (var one in behind) _pieces.Enqueue(one);
        return taken;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Not at once unless <see cref="CompletesAtOnce"/>, so that a reader which looks only at what is there is found out.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!CompletesAtOnce) await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
