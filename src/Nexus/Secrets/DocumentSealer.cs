namespace Nexus.Secrets;

internal sealed class DocumentSealer(Sealer sealer)
{
    public Sealer Sealer { get; } = sealer;

    public byte[] Accept(SealContext context, ReadOnlySpan<byte> json, DocumentRules rules) => throw new NotSupportedException();

    public byte[] Open(SealContext context, ReadOnlySpan<byte> json) => throw new NotSupportedException();

    public static byte[] Mask(ReadOnlySpan<byte> json) => throw new NotSupportedException();

    public byte[]? Reseal(SealContext context, ReadOnlySpan<byte> json) => throw new NotSupportedException();

    public static bool ContainsSealed(ReadOnlySpan<byte> json) => throw new NotSupportedException();
}

internal readonly record struct DocumentRules(string Field, int MaxBytes, bool MustBeObject, bool KeepMasks);
