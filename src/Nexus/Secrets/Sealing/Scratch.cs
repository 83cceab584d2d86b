using System.Buffers;
using System.Security.Cryptography;

namespace Nexus.Secrets;

/// <summary>A buffer for a plain text or what surrounds it: on the stack while small, else pooled; wiped in either case.</summary>
internal ref struct Scratch : IDisposable
{
    /// <summary>Bytes that a method may take from the stack for one buffer. Exchange keys need a tenth of it.</summary>
    public const int StackLimit = 512;

    private byte[]? _rented;

    /// <param name="length">The room needed.</param>
    /// <param name="stack">A buffer on the caller's stack, used where it is long enough.</param>
    public Scratch(int length, Span<byte> stack)
    {
        Bytes = length <= stack.Length ? stack : _rented = ArrayPool<byte>.Shared.Rent(length);
        Bytes = Bytes[..length];
    }

    public Span<byte> Bytes { get; }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Bytes);
        if (_rented is null) return;
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }
}
