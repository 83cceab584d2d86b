using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>Walks a document token by token and knows the place of each, its pointer, and whether it is a secret.</summary>
internal ref struct DocumentCursor
{
    private const int MaxPlaceBytes = 4096;

    /// <summary>The error for a secret below longer names.</summary>
    public static readonly string PlaceTooLong =
        $"is a secret below names of more than {MaxPlaceBytes} bytes together: shorten the names";

    private readonly ReadOnlySpan<byte> _json;
    private readonly DocumentScratch _scratch;
    private readonly bool _judges;
    private Utf8JsonReader _reader;
    private int _containers;
    private int _values;
    private int _value = -1;

    /// <param name="json">The document, whole.</param>
    /// <param name="scratch">Where names and texts are kept.</param>
    /// <param name="judges">Whether to find the secrets.</param>
    /// <param name="place">What the document's place says, as <see cref="SecretFields.KindOfPlace"/>.</param>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public DocumentCursor(ReadOnlySpan<byte> json, DocumentScratch scratch, bool judges, NameKind place = NameKind.Neutral)
    {
        _json = json;
        _scratch = scratch;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        scratch.Frames[0] = default;
        _judges = judges;
        if (judges) scratch.Judgement.Judge(json, place);
    }

    /// <summary>Objects and arrays open around or begun at the token, which is what JSON's limit counts.</summary>
    public int Depth { get; private set; }

    public readonly JsonTokenType TokenType => _reader.TokenType;

    /// <summary>The token as written, a string without its quotes.</summary>
    public readonly ReadOnlySpan<byte> Raw => _reader.ValueSpan;

    /// <summary>The string or name as written, with its quotes.</summary>
    public readonly ReadOnlySpan<byte> Quoted => _json.Slice(Start, Raw.Length + 2);

    public readonly bool IsEscaped => _reader.ValueIsEscaped;

    /// <summary>Where the token begins.</summary>
    public readonly int Start => (int)_reader.TokenStartIndex;

    /// <summary>Where the token ends.</summary>
    public readonly int End => (int)_reader.BytesConsumed;

    /// <summary>Whether the current value is a secret: a text, a number, or the list that begins here as a whole.</summary>
    public readonly bool IsSecret => _judges && _scratch.Judgement.Of(_value) == SecretVerdict.Secret;

    /// <summary>The name of the current member, in the object around it.</summary>
    public readonly ReadOnlySpan<byte> Name => NameOf(Frame);

    /// <summary>The object or array around the current value.</summary>
    public readonly ref DocumentFrame Frame => ref _scratch.Frames[Depth];

    /// <summary>For the current property name: its hash, and whether the name is a secret itself. Only where secrets are found.</summary>
    public readonly (int Hash, bool IsSecret) JudgedName => _scratch.Judgement.NameOf(_values);

    /// <summary>
    /// Whether the names above and of the current value are longer than those of a secret may be. Each secret is bound to its pointer, and a long
    /// name above many secrets is written and read for each of them.
    /// </summary>
    public readonly bool IsPlaceTooLong
    {
        get
        {
            var length = 0;
            foreach (ref readonly var frame in _scratch.Frames[1..(Depth + 1)]) length += frame.IsArray ? 0 : frame.NameLength;
            return length > MaxPlaceBytes;
        }
    }

    /// <summary>Goes to the next token; false at the end.</summary>
    /// <exception cref="JsonException">The document is not JSON.</exception>
    public bool Read()
    {
        if (!_reader.Read()) return false;
        switch (_reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                Depth--;
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                BeginValue();
                Push();
                break;
            default:
                BeginValue();
                break;
        }
        return true;
    }

    /// <summary>
    /// Makes the current property name the place of what follows. Called once for each, since what to do with a name that cannot be decoded is the
    /// caller's affair.
    /// </summary>
    /// <param name="name">The name without escapes, or as written where it cannot be decoded.</param>
    public readonly void EnterProperty(ReadOnlySpan<byte> name)
    {
        ref var frame = ref Frame;
        frame.NameStart = _scratch.Names.Length;
        frame.NameLength = name.Length;
        _scratch.Names.Append(name);
    }

    /// <summary>
    /// The current string or name without escapes, valid until the next call. False when it holds half a surrogate pair; then it is as written.
    /// </summary>
    public bool TryDecode(out ReadOnlySpan<byte> text)
    {
        text = _reader.ValueSpan;
        if (!_reader.ValueIsEscaped) return true;
        _scratch.Text.Clear();
        var room = _scratch.Text.Extend(text.Length);
        try
        {
            text = room[.._reader.CopyString(room)];
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The RFC 6901 pointer of the current value, valid until the next call.</summary>
    public readonly ReadOnlySpan<byte> Pointer()
    {
        var pointer = _scratch.Pointer;
        pointer.Clear();
        foreach (ref readonly var frame in _scratch.Frames[1..(Depth + 1)])
        {
            pointer.Append((byte)'/');
            if (frame.IsArray) AppendNumber(pointer, frame.Index);
            else AppendReference(pointer, NameOf(frame));
        }
        return pointer.Written;
    }

    /// <summary>The place of the current value for people: <c>config.exchanges[0].name</c>.</summary>
    public readonly string Path(string field) => DocumentPath.Format(field, _scratch.Frames[1..(Depth + 1)], _scratch.Names.Written);

    /// <summary>As <see cref="Path"/>, of the object or array around it.</summary>
    public readonly string ContainerPath(string field) => DocumentPath.Format(field, _scratch.Frames[1..Math.Max(Depth, 1)], _scratch.Names.Written);

    /// <summary>Whether an object around the current value has a name of the role.</summary>
    public readonly bool IsBelow(NameRole role)
    {
        foreach (ref readonly var frame in _scratch.Frames[1..Math.Max(Depth, 1)])
        {
            if (frame.IsArray) continue;
            var name = NameOf(frame);
            if (SecretFields.Judge(name, PropertyNames.Hash(name)).Role == role) return true;
        }
        return false;
    }

    /// <summary>Goes to the end of the list that begins here.</summary>
    /// <returns>The list as written.</returns>
    public ReadOnlySpan<byte> SkipList()
    {
        var (start, depth, list) = (Start, Depth - 1, _value);
        while (Depth > depth) Read();
        _value = list;
        return _json[start..End];
    }

    private void BeginValue()
    {
        _value = _values++;
        ref var frame = ref Frame;
        if (frame.IsArray) frame.Index++;
    }

    private void Push()
    {
        if (++Depth == _scratch.Frames.Length) _scratch.GrowFrames();
        Frame = new DocumentFrame
        {
            Id = ++_containers,
            Index = -1,
            IsArray = _reader.TokenType == JsonTokenType.StartArray,
        };
    }

    private readonly ReadOnlySpan<byte> NameOf(in DocumentFrame frame) => _scratch.Names.Written.Slice(frame.NameStart, frame.NameLength);

    private static void AppendNumber(Utf8Buffer pointer, int number)
    {
        Span<byte> digits = stackalloc byte[11];
        number.TryFormat(digits, out var length);
        pointer.Append(digits[..length]);
    }

    private static void AppendReference(Utf8Buffer pointer, ReadOnlySpan<byte> name)
    {
        for (int i; (i = name.IndexOfAny((byte)'~', (byte)'/')) >= 0; name = name[(i + 1)..])
        {
            pointer.Append(name[..i]);
            pointer.Append(name[i] == '~' ? "~0"u8 : "~1"u8);
        }
        pointer.Append(name);
    }
}
