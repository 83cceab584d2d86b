using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>A legacy document after its secrets were sealed.</summary>
/// <param name="Json">The document; the given bytes where nothing was sealed.</param>
/// <param name="Sealed">How many values were sealed now.</param>
/// <param name="Problems">The values that could not be converted and stay as they were: the JSON pointer of each and why, without the value.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct LegacyDocument(byte[] Json, int Sealed, IReadOnlyList<(string Pointer, string Reason)> Problems);

/// <summary>Seals the plain texts and Fernet tokens of a document.</summary>
internal sealed class LegacyConverter(DocumentSealer sealer, SealContext context, Func<string, string, bool>? maySeal) : IStringVisitor
{
    public static bool Judges => true;

    private readonly List<(string Pointer, string Reason)> _problems = [];

    public int Sealed { get; private set; }

    public IReadOnlyList<(string Pointer, string Reason)> Problems => _problems;

    public bool Visit(ref DocumentCursor cursor, ReadOnlySpan<byte> text, bool isText, Utf8Buffer replacement)
    {
        if (!SealedFormat.HasPrefix(text) && !cursor.IsSecret) return false;
        if (cursor.TokenType != JsonTokenType.String)
        {
            sealer.Seal(context, cursor.Pointer(), text, replacement);
            Sealed++;
            return true;
        }
        var pointer = Encoding.UTF8.GetString(cursor.Pointer());
        if (!isText || !Utf8.IsValid(text))
        {
            _problems.Add((pointer, "is not Unicode text: it holds half a surrogate pair or bytes that are not UTF-8"));
            return false;
        }
        var value = Encoding.UTF8.GetString(text);
        if (maySeal is not null && !SealedFormat.HasPrefix(text) && !maySeal(context.Field + pointer, value)) return false;
        if (!sealer.Sealer.TryAcceptLegacy(context with { Field = context.Field + pointer }, value, out var ciphertext, out var reason))
        {
            _problems.Add((pointer, reason));
            return false;
        }
        if (ciphertext == value) return false;
        Encoding.UTF8.GetBytes(ciphertext, replacement.Extend(ciphertext.Length));
        Sealed++;
        return true;
    }
}
