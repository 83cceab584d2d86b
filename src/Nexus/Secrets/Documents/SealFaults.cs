using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>Replaces nothing and finds the first value that makes a read fail.</summary>
/// <param name="sealer">Opens the values.</param>
/// <param name="context">The place of the document.</param>
/// <param name="isPlainOnly">Whether plain text alone counts, not a sealed value that does not open.</param>
internal sealed class SealFaultFinder(DocumentSealer sealer, SealContext context, bool isPlainOnly) : IStringVisitor
{
    private readonly SealedValueCheck _check = new(sealer, context);

    public static bool Judges => false;

    public SealFault? Fault { get; private set; }

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (Fault is not null) return false;
        if (FernetToken.IsToken(text)) Fault = SealedValueCheck.TokenAt(ref cursor);
        else if (!SealedFormat.HasPrefix(text)) Fault = SealedNames.IsPlain(ref cursor, context, text) ? SealedValueCheck.PlainAt(ref cursor) : null;
        else if (!isPlainOnly) Fault = _check.FindFault(ref cursor, text, opened: null);
        return false;
    }
}

/// <summary>Replaces nothing and collects every fault, also plain text that earlier versions may have left.</summary>
/// <param name="sealer">Opens the values.</param>
/// <param name="context">The place of the document.</param>
/// <param name="opened">Told the key id of each value that opens.</param>
internal sealed class EverySealFaultFinder(DocumentSealer sealer, SealContext context, Action<string> opened) : IStringVisitor
{
    private readonly SealedValueCheck _check = new(sealer, context);

    public static bool Judges => true;

    public List<SealFault> Faults { get; } = [];

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        var fault = FernetToken.IsToken(text) ? SealedValueCheck.TokenAt(ref cursor)
            : SealedFormat.HasPrefix(text) ? _check.FindFault(ref cursor, text, opened)
            : !text.IsEmpty && cursor.IsSecret ? SealedValueCheck.PlainAt(ref cursor)
            : null;
        if (fault is not null) Faults.Add(fault);
        return false;
    }
}

/// <summary>What is wrong with one value.</summary>
internal sealed class SealedValueCheck(DocumentSealer sealer, SealContext context)
{
    private const string Token = "the stored value is a legacy token that was never adopted; add its key to the key ring and migrate the database";

    private readonly Utf8Buffer _plain = new();

    public static SealFault TokenAt(ref DocumentCursor cursor) => new(PointerOf(ref cursor), null, Token);

    public static SealFault PlainAt(ref DocumentCursor cursor) => new(PointerOf(ref cursor), null, DocumentSealer.PlainStored);

    /// <summary>Null where the sealed value opens at its place.</summary>
    public SealFault? FindFault(ref DocumentCursor cursor, ReadOnlySpan<byte> text, Action<string>? opened)
    {
        var pointer = cursor.Pointer();
        var result = sealer.Open(context, pointer, text, _plain);
        _plain.Clear();
        if (result != OpenResult.Opened)
            return new SealFault(Encoding.UTF8.GetString(pointer), SealedFormat.KeyIdOf(text),
            sealer.Sealer.ReasonOf(result, SealedFormat.KeyIdOf(text)));
        opened?.Invoke(SealedFormat.KeyIdOf(text)!);
        return null;
    }

    private static string PointerOf(ref DocumentCursor cursor) => Encoding.UTF8.GetString(cursor.Pointer());
}
