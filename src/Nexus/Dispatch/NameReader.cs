using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;

namespace Nexus.Dispatch;

/// <summary>Reads names out of a part of a config without a string for each. Names that are too long for a signal are passed over.</summary>
internal ref struct NameReader
{
    /// <summary>The most characters of a name in a signal, as UTF-16 counts them: each may be a surrogate pair.</summary>
    public const int MaxLength = 2 * Validation.MaxNameLength;

    /// <summary>The longest text of such a name in JSON: six bytes a character where all are escaped.</summary>
    private const int MaxBytes = 6 * MaxLength;

    private readonly bool _isList;
    private readonly Span<char> _buffer;
    private Utf8JsonReader _json;
    private bool _isAlone;

    private NameReader(ReadOnlySpan<byte> json, bool isList, Span<char> buffer)
    {
        _isList = isList;
        _buffer = buffer;
        if (json.IsEmpty) return;
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth + 1 });
        _json.Read();
        _isAlone = isList && _json.TokenType == JsonTokenType.String;
    }

    /// <summary>The characters that a reader needs as its buffer.</summary>
    public static int BufferLength => MaxBytes;

    /// <summary>The name that was read last; valid until the next.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>The members of an object that are <c>true</c>; none of anything else.</summary>
    public static NameReader OfTrue(ReadOnlyMemory<byte> json, Span<char> buffer) => new(json.Span, isList: false, buffer);

    /// <summary>
    /// The texts of an array, the names of an object's members, or a lone text: what jsonb's operator <c>?</c> and Python's <c>in</c> find.
    /// </summary>
    public static NameReader OfList(ReadOnlyMemory<byte> json, Span<char> buffer) => new(json.Span, isList: true, buffer);

    public bool Next()
    {
        if (_isAlone)
        {
            _isAlone = false;
            return TryTake() || Next();
        }
        while (_json.CurrentDepth > 0 || _json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            if (!_json.Read() || _json.CurrentDepth == 0) return false;
            if (_json.TokenType == JsonTokenType.PropertyName)
            {
                var isTaken = TryTake();
                _json.Read();
                var isMeant = isTaken && (_isList || _json.TokenType == JsonTokenType.True);
                _json.Skip();
                if (isMeant) return true;
            }
            else if (_isList && _json.TokenType == JsonTokenType.String && TryTake()) return true;
            else _json.Skip();
        }
        return false;
    }

    public static bool Holds(NameReader names, string name)
    {
        while (names.Next())
        {
            if (names.Name.SequenceEqual(name)) return true;
        }
        return false;
    }

    private bool TryTake()
    {
        if (_json.ValueSpan.Length > MaxBytes) return false;
        var length = _json.CopyString(_buffer);
        Name = _buffer[..length];
        return length <= MaxLength;
    }
}
