using System.Text;

namespace Nexus.Secrets;

/// <summary>Something at the place of a sealed value that is none, or that does not open there.</summary>
/// <param name="Pointer">The JSON pointer inside the document.</param>
/// <param name="KeyId">The key that it names; null where it names none.</param>
/// <param name="Reason">Why, without the value.</param>
internal sealed record SealFault(string Pointer, string? KeyId, string Reason);

/// <summary>Replaces nothing and collects the faults.</summary>
/// <param name="sealer">Opens the values.</param>
/// <param name="context">The place of the document.</param>
/// <param name="scope">What counts as a fault.</param>
/// <param name="opened">Told the key id of each value that opens.</param>
internal sealed class SealFaultFinder(DocumentSealer sealer, SealContext context, SealFaultFinder.Scope scope, Action<string>? opened = null) : IStringVisitor
{
    internal const string Token = "the stored value is a legacy token that was never adopted; run nexus migrate with its key among the given ones";

    private readonly Utf8Buffer _plain = new();

    public enum Scope
    {
        /// <summary>The first plain text that a read refuses.</summary>
        Plain,

        /// <summary>The first value that makes a read fail.</summary>
        Reads,

        /// <summary>All of them, and plain text that earlier versions may have left.</summary>
        Everything,
    }

    public List<SealFault> Faults { get; } = [];

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (scope != Scope.Everything && Faults.Count > 0) return false;
        if (FernetToken.IsToken(text)) Faults.Add(new SealFault(PointerOf(ref cursor), null, Token));
        else if (SealedFormat.HasPrefix(text))
        {
            if (scope != Scope.Plain) Open(ref cursor, text);
        }
        else if (scope != Scope.Everything ? SealedNames.IsPlain(ref cursor, context, text) : !text.IsEmpty && (cursor.IsSecret || SecretFields.IsSecretValue(text)))
        {
            Faults.Add(new SealFault(PointerOf(ref cursor), null, DocumentSealer.PlainStored));
        }
        return false;
    }

    private void Open(ref DocumentCursor cursor, ReadOnlySpan<byte> text)
    {
        var pointer = cursor.Pointer();
        var result = sealer.Open(context, pointer, text, _plain);
        _plain.Clear();
        if (result == OpenResult.Opened) opened?.Invoke(SealedFormat.KeyIdOf(text)!);
        else Faults.Add(new SealFault(Encoding.UTF8.GetString(pointer), SealedFormat.KeyIdOf(text), sealer.Sealer.ReasonOf(result, SealedFormat.KeyIdOf(text))));
    }

    private static string PointerOf(ref DocumentCursor cursor) => Encoding.UTF8.GetString(cursor.Pointer());
}
