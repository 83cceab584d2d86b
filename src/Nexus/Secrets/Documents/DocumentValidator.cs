using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>One pass over a document that a caller gave: checks it, seals its secrets and writes it in compact form.</summary>
internal ref struct DocumentValidator
{
    private readonly DocumentSealer _sealer;
    private readonly SealContext _context;
    private readonly DocumentRules _rules;
    private readonly DocumentScratch _scratch;
    private readonly Utf8Buffer _output;
    private DocumentCursor _cursor;
    private bool _needsComma;

    /// <summary>Bytes of the output that do not count: what sealing adds, and masks, whose secrets are counted when they are in place.</summary>
    private int _surplus;

    /// <summary>Where in the output the list begins that is sealed when it is over; -1 for none.</summary>
    private int _list = -1;
    private int _listDepth;

    public DocumentValidator(DocumentSealer sealer, SealContext context, ReadOnlySpan<byte> json, DocumentRules rules, DocumentScratch scratch)
    {
        _sealer = sealer;
        _context = context;
        _rules = rules;
        _scratch = scratch;
        _output = scratch.Output;
        _cursor = new DocumentCursor(json, scratch, judges: true, SecretFields.KindOfPlace(context.Field));
    }

    /// <summary>Writes the document to the scratch's output.</summary>
    public void Run()
    {
        while (_cursor.Read())
        {
            if (_output.Length - _surplus > _rules.MaxBytes) throw DocumentSealer.TooLong(_rules, _output.Length - _surplus);
            switch (_cursor.TokenType)
            {
                case JsonTokenType.StartObject: Begin((byte)'{'); break;
                case JsonTokenType.StartArray: BeginList(); break;
                case JsonTokenType.EndObject: End((byte)'}'); break;
                case JsonTokenType.EndArray: EndList(); break;
                case JsonTokenType.PropertyName: WriteName(); break;
                case JsonTokenType.String: WriteString(); break;
                case JsonTokenType.Number: WriteNumber(); break;
                default: WriteRaw(_cursor.Raw); break;
            }
        }
        if (_output.Length - _surplus > _rules.MaxBytes) throw DocumentSealer.TooLong(_rules, _output.Length - _surplus);
    }

    private void Begin(byte bracket)
    {
        if (_cursor.Depth > Validation.MaxDepth) throw DocumentSealer.TooDeep(_rules);
        WriteComma();
        _output.Append(bracket);
        _needsComma = false;
    }

    private void End(byte bracket)
    {
        _output.Append(bracket);
        _needsComma = true;
    }

    private void BeginList()
    {
        Begin((byte)'[');
        if (_list >= 0 || !_cursor.IsSecret) return;
        (_list, _listDepth) = (_output.Length - 1, _cursor.Depth);
    }

    private void EndList()
    {
        End((byte)']');
        if (_list < 0 || _cursor.Depth >= _listDepth) return;
        SealJson(_list);
        _list = -1;
    }

    /// <summary>Seals a number or list that was written to the end of the output.</summary>
    private void SealJson(int start)
    {
        _scratch.Replacement.Clear();
        _scratch.Replacement.Append(SealedJson.Mark);
        _scratch.Replacement.Append(_output.Written[start..]);
        _output.Truncate(start);
        Seal(_scratch.Replacement.Written);
        _scratch.Replacement.Clear();
    }

    private void Seal(ReadOnlySpan<byte> plain)
    {
        CheckPlace();
        _surplus += SealedFormat.TextLength(plain.Length + SealedFormat.Overhead) - plain.Length;
        _output.Append((byte)'"');
        _sealer.Seal(_context, _cursor.Pointer(), plain, _output);
        _output.Append((byte)'"');
    }

    private void WriteName()
    {
        if (!_cursor.TryDecode(out var name)) throw InvalidName(Sealer.LoneSurrogateGiven);
        if (_cursor.IsEscaped && name.Contains((byte)0)) throw InvalidName(Sealer.NulGiven);
        _cursor.EnterProperty(name);
        var (hash, isSecret) = _cursor.JudgedName;
        if (isSecret) throw Invalid("is a property name that looks like a secret, and names are not encrypted: put the secret into a value");
        ref var frame = ref _cursor.Frame;
        if (!_scratch.PropertyNames.Add(frame.Id, hash, _scratch.Names.Written, frame.NameStart, frame.NameLength))
            throw Invalid("is given twice in the same object");
        WriteComma();
        WriteText(name);
        _output.Append((byte)':');
        _needsComma = false;
    }

    private void WriteString()
    {
        if (!_cursor.TryDecode(out var text)) throw Invalid(Sealer.LoneSurrogateGiven);
        if (_cursor.IsEscaped && text.Contains((byte)0)) throw Invalid(Sealer.NulGiven);
        WriteComma();
        _needsComma = true;
        if (SealedFormat.HasPrefix(text))
        {
            CheckPlace();
            if (!_sealer.Opens(_context, _cursor.Pointer(), text, _scratch.Replacement)) throw Invalid(Sealer.ForeignSealedValue);
            _surplus += text.Length - SealedFormat.PlainLength(text);
        }
        else if (MaskText.IsMask(text, _cursor.IsSecret))
        {
            if (!_rules.KeepMasks) throw Invalid(Sealer.MaskGiven);
            CheckPlace();
            _surplus += text.Length;
        }
        else if (_list < 0 && _cursor.IsSecret)
        {
            Seal(text);
            return;
        }
        WriteText(text);
    }

    private void WriteNumber()
    {
        if (!JsonNumber.IsStorable(_cursor.Raw)) throw Invalid(JsonNumber.NotStorable);
        WriteRaw(_cursor.Raw);
        // Inside a sealed value a number keeps its form.
        if (_list >= 0) return;
        if (_cursor.IsSecret) SealJson(_output.Length - _cursor.Raw.Length);
        else _surplus -= JsonNumber.LengthWrittenOut(_cursor.Raw) - _cursor.Raw.Length;
    }

    private void WriteRaw(ReadOnlySpan<byte> token)
    {
        WriteComma();
        _output.Append(token);
        _needsComma = true;
    }

    private readonly void WriteText(ReadOnlySpan<byte> text)
    {
        if (_cursor.IsEscaped) JsonString.Write(_output, text);
        else _output.Append(_cursor.Quoted);
    }

    private readonly void WriteComma()
    {
        if (_needsComma) _output.Append((byte)',');
    }

    private readonly void CheckPlace()
    {
        if (_cursor.IsPlaceTooLong) throw Invalid(DocumentCursor.PlaceTooLong);
    }

    private readonly NexusValidationException Invalid(string reason) => new(_cursor.Path(_rules.Field), reason);

    private readonly NexusValidationException InvalidName(string reason) => new(_cursor.ContainerPath(_rules.Field), $"a property name {reason}");
}
