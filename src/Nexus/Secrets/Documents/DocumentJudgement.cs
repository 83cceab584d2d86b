using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>
/// Says of each text, number and list of a document whether it is a secret, by its name, its value, its neighbours and what is around it. First all
/// of the document is read and each object counts what it holds; then the values are judged from the outside in. Both take time linear in the
/// document.
/// </summary>
internal sealed class DocumentJudgement
{
    private const int InitialCapacity = 128;

    /// <summary>The longest text that names a value beside it.</summary>
    private const int MaxLabel = 64;

    /// <summary>The same with all of its letters escaped.</summary>
    private const int MaxEscapedLabel = 6 * MaxLabel;

    private readonly Utf8Buffer _text = new();
    private JudgedValue[] _values = new JudgedValue[InitialCapacity];
    private JudgedContainer[] _containers = new JudgedContainer[InitialCapacity / 4];
    private int _valueCount, _containerCount;

    /// <summary>Bytes held, about.</summary>
    public int Capacity => (_values.Length * JudgedValue.Size) + (_containers.Length * JudgedContainer.Size) + _text.Capacity;

    /// <summary>Whether any value of a document is a secret.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool HasSecret(ReadOnlySpan<byte> json)
    {
        var judgement = new DocumentJudgement();
        judgement.Judge(json, NameKind.Neutral);
        foreach (ref readonly var value in judgement._values.AsSpan(0, judgement._valueCount))
        {
            if (value.Verdict == SecretVerdict.Secret) return true;
        }
        return false;
    }

    /// <summary>Judges a document.</summary>
    /// <param name="json">All of it.</param>
    /// <param name="place">What the document's place says.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Judge(ReadOnlySpan<byte> json, NameKind place)
    {
        Clear();
        Read(json, place);
        SecretJudge.Decide(json, _values.AsSpan(0, _valueCount), _containers, _text, place);
    }

    /// <summary>The verdict on a value, by its place in the order of values; a container counts where it begins.</summary>
    public SecretVerdict Of(int value) => _values[value].Verdict;

    /// <summary>Whether the value is a list that is sealed as a whole.</summary>
    public bool IsSecretList(int value) => _values[value] is { Verdict: SecretVerdict.Secret, Token: JudgedToken.List };

    /// <summary>The <see cref="PropertyNames.Hash"/> of the name of a value, and whether the name is a secret itself.</summary>
    public (int Hash, bool IsSecret) NameOf(int value) => (_values[value].NameHash, _values[value].IsSecretName);

    /// <summary>Forgets the document, and wipes what was decoded of it.</summary>
    public void Clear()
    {
        (_valueCount, _containerCount) = (0, 0);
        _text.Clear();
    }

    private void Read(ReadOnlySpan<byte> json, NameKind place)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var (parent, hasCaptions, hash, isSecretName) = (-1, false, 0, false);
        var (kind, role, isAlwaysSealed) = (place, NameRole.None, false);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    var name = Decode(ref reader);
                    hash = PropertyNames.Hash(name);
                    (kind, role, isSecretName) = SecretFields.Judge(name, hash);
                    if (_valueCount == _values.Length) Array.Resize(ref _values, 2 * _values.Length);
                    // The value comes next, and what it is called is known before it is added.
                    (_values[_valueCount].NameHash, _values[_valueCount].IsSecretName) = (hash, isSecretName);
                    isAlwaysSealed = hasCaptions && kind >= NameKind.Token && SealedNames.Has(name);
                    hasCaptions |= role is NameRole.Captions or NameRole.Keyboard or NameRole.Language;
                    continue;
                case JsonTokenType.StartObject:
                    parent = Add(ref reader, parent, JudgedToken.Object, kind, role);
                    break;
                case JsonTokenType.StartArray:
                    parent = Add(ref reader, parent, JudgedToken.List, kind, role);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _values[parent].Next = _valueCount;
                    parent = End(json, parent);
                    break;
                case JsonTokenType.String:
                    // Adding may replace the array, so the place is known first.
                    var text = Add(ref reader, parent, JudgedToken.Text, kind, role);
                    _values[text].IsAlwaysSealed = isAlwaysSealed;
                    break;
                case JsonTokenType.Number:
                    Add(ref reader, parent, JudgedToken.Number, kind, role);
                    break;
                default:
                    Add(ref reader, parent, JudgedToken.Other, kind, role);
                    break;
            }
            // Elements of a list have no names.
            (kind, role, isAlwaysSealed) = (NameKind.Neutral, NameRole.None, false);
        }
    }

    private int Add(ref Utf8JsonReader reader, int parent, JudgedToken token, NameKind kind, NameRole role)
    {
        if (_valueCount == _values.Length) Array.Resize(ref _values, 2 * _values.Length);
        var place = _valueCount++;
        ref var value = ref _values[place];
        value = new JudgedValue
        {
            NameHash = value.NameHash,
            IsSecretName = value.IsSecretName,
            Start = (int)reader.TokenStartIndex + (token == JudgedToken.Text ? 1 : 0),
            Length = reader.ValueSpan.Length,
            Parent = parent,
            Next = place + 1,
            Token = token,
            Name = kind,
            Role = role,
            IsEscaped = token == JudgedToken.Text && reader.ValueIsEscaped,
        };
        if (value.IsContainer)
        {
            if (_containerCount == _containers.Length) Array.Resize(ref _containers, 2 * _containers.Length);
            value.Container = _containerCount;
            _containers[_containerCount++] = new JudgedContainer { Label = -1, Value = -1 };
        }
        if (parent >= 0 && _values[parent].Token == JudgedToken.Object && value.NameHash == WebKey.TypeHash)
            _containers[_values[parent].Container].IsWebKey = true;
        if (parent >= 0) Count(ref _containers[_values[parent].Container], value, place, token == JudgedToken.Text ? Decode(ref reader)
            : reader.ValueSpan);
        return place;
    }

    private static void Count(ref JudgedContainer container, in JudgedValue value, int place, ReadOnlySpan<byte> text)
    {
        container.Members++;
        if (value.Role == NameRole.Label && value.Token == JudgedToken.Text && container.Label < 0) container.Label = place;
        if (value.Role == NameRole.Value && value.Token != JudgedToken.Other && container.Value < 0) container.Value = place;
        container.HasSwitch |= value.Role == NameRole.Value && value.Token == JudgedToken.Other;
        switch (value.Token)
        {
            case JudgedToken.Object:
                container.HasObject = true;
                break;
            case JudgedToken.Text when text.IsEmpty:
            case JudgedToken.Other or JudgedToken.List:
                break;
            default:
                // What is sealed counts no more than before: it may have been a coin, a number or a list. So a second look at a stored document finds
                // no more than the first.
                var isText = value.Token == JudgedToken.Text;
                var isSealed = isText && IsSealedOrMask(text);
                container.HasSealed |= isSealed;
                container.HasSealedToken |= isSealed && value.Name is (NameKind.Token or NameKind.Seed);
                var isToken = value.Name is (NameKind.Token or NameKind.Seed) && isText && !isSealed
                    && !PlainSetting.IsCoinOrSetting(text) && !StandIn.Is(text)
                    && !(value.Name == NameKind.Token && PublicAddress.Classify(text) is ValueShape.Address or ValueShape.Base58Key)
                    && (value.Name != NameKind.Seed || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'));
                if (!isText && value.Role == NameRole.SessionNumber) break;
                if (isToken || (value.Name >= NameKind.Group && (isText || text.Length > SecretJudge.MaxCount))) container.Secrets++;
                else if (value.Name == NameKind.Ambiguous) container.Ambiguous++;
                else if (value.Name is NameKind.Neutral or NameKind.Short) container.Unknown++;
                break;
        }
    }

    private static bool IsSealedOrMask(ReadOnlySpan<byte> text) => SealedFormat.HasPrefix(text) || MaskText.IsMask(text, isSecretPlace: true);

    /// <summary>An object or list is over: names given by neighbours are known now, and what is around it learns of them.</summary>
    private int End(ReadOnlySpan<byte> json, int place)
    {
        ref var value = ref _values[place];
        ref var container = ref _containers[value.Container];
        var kind = value.Token == JudgedToken.Object ? NamePair(json, place, ref container) : NameElements(json, place, ref container);
        if (container.HasTables)
        {
            if (value.Token == JudgedToken.Object) TableNames.InObject(json, _values, _containers, place, _valueCount, _text);
            else TableNames.InList(json, _values, _containers, place, _valueCount, _text);
        }
        if (value.Parent < 0) return -1;
        ref var around = ref _containers[_values[value.Parent].Container];
        around.HasObject |= container.HasObject;
        around.HasRows |= value.Token == JudgedToken.List;
        around.HasTables |= value.Token == JudgedToken.List && (container.HasRows || _values[value.Parent].Token == JudgedToken.List);
        around.HasSealed |= container.HasSealed;
        if (value.Token == JudgedToken.List && value.Name >= NameKind.Group && container.Members > 0) around.Secrets++;
        if (_values[value.Parent].Token == JudgedToken.List && kind is { } paired)
        {
            around.HasPairs = true;
            if (paired >= NameKind.Token) around.Secrets++;
            else if (paired == NameKind.Ambiguous) around.Ambiguous++;
        }
        return value.Parent;
    }

    /// <summary><c>{"name":"api_secret","value":"x"}</c>: the value takes its kind from the text beside it.</summary>
    private NameKind? NamePair(ReadOnlySpan<byte> json, int place, ref JudgedContainer container)
    {
        if (container is { Members: 2, HasSwitch: true, Label: >= 0, Value: < 0 }) return NameSwitch(ref container);
        if (container is { Members: 2, Value: < 0 } && container.Label == place + 1 && IsSetting(json, place)) container.Value = place + 2;
        if (container.Label < 0 || container.Value < 0 || _values[container.Label].Length > MaxEscapedLabel) return null;
        // The word for a key is that for a password in some languages: {"clave":"modo","valor":"demo"}.
        var own = container.Members == 2 && _values[container.Label].Name >= NameKind.Group ? 1 : 0;
        if (container.Secrets > own) return null;
        var label = SecretJudge.TextOf(json, _values[container.Label], _text);
        if (label.Length > MaxLabel) return null;
        var kind = SecretFields.KindOf(label);
        if (kind == NameKind.Neutral && GeneratedText.Is(label, 8)) return null;
        ref var named = ref _values[container.Value];
        container.Secrets -= Math.Min(own, container.Secrets);
        (named.Name, named.IsPaired) = (kind, true);
        (_values[container.Label].Name, _values[container.Label].IsLabel) = (NameKind.Innocent, true);
        if (kind >= NameKind.Token) container.Secrets++;
        return kind;
    }

    /// <summary><c>{"option":"password","setting":"x7"}</c>: two words for a name, the second stands for a value.</summary>
    private bool IsSetting(ReadOnlySpan<byte> json, int place)
    {
        if (_values[place + 2] is not { Token: JudgedToken.Text, Role: NameRole.Label } || _values[place + 1].Length > MaxEscapedLabel) return false;
        if (SecretFields.KindOf(SecretJudge.TextOf(json, _values[place + 1], _text)) < NameKind.Token) return false;
        var text = SecretJudge.TextOf(json, _values[place + 2], _text);
        return IsSealedOrMask(text) || AssignedSecrets.LooksChosen(text) || GeneratedText.Is(text, 8);
    }

    /// <summary><c>{"clave":"sandbox","valor":false}</c>: the text is a name, also under the word for a password.</summary>
    private NameKind? NameSwitch(ref JudgedContainer container)
    {
        if (_values[container.Label].Name >= NameKind.Token) container.Secrets = Math.Max(0, container.Secrets - 1);
        (_values[container.Label].Name, _values[container.Label].IsLabel) = (NameKind.Innocent, true);
        return null;
    }

    /// <summary><c>["api_secret","x"]</c> in a list of such, and names and values in turn, as raw headers are.</summary>
    private NameKind? NameElements(ReadOnlySpan<byte> json, int place, ref JudgedContainer container)
    {
        ref readonly var list = ref _values[place];
        if (container.Members < 2) return null;
        NameOptions(json, place);
        NameLogins(json, place);
        if (container.HasObject || list.Next - place - 1 != container.Members) return null;
        var isTuple = container.Members == 2 && list.Parent >= 0 && _values[list.Parent].Token == JudgedToken.List;
        NameKind? found = null;
        for (var i = place + 1; i + 1 < list.Next; i += 2)
        {
            if (_values[i].Token != JudgedToken.Text || _values[i].Length is 0 or > MaxEscapedLabel) continue;
            if (!isTuple && IsSentence(SecretJudge.TextOf(json, _values[i], _text))) continue;
            var kind = SecretFields.KindOf(SecretJudge.TextOf(json, _values[i], _text));
            if (kind < (isTuple ? NameKind.Ambiguous : NameKind.Group)) continue;
            ref var next = ref _values[i + 1];
            // A list of columns is one of names only.
            if (next.Token == JudgedToken.Text && IsSealedOrMask(SecretJudge.TextOf(json, next, _text))) continue;
            if (next.Token == JudgedToken.Text && IsColumn(SecretJudge.TextOf(json, next, _text))) continue;
            if (!isTuple && !(next.Token == JudgedToken.Text && SecretJudge.TextOf(json, next, _text).ContainsAnyInRange((byte)'0', (byte)'9')))
                continue;
            (next.Name, next.IsPaired) = (kind, true);
            found = kind;
        }
        return isTuple ? found : null;
    }

    /// <summary>A name itself, as in a list of names.</summary>
    private static bool IsColumn(ReadOnlySpan<byte> text) => SecretFields.KindOf(text) is not NameKind.Neutral and var kind
        && (kind is not (NameKind.Innocent or NameKind.Identifier) || PlainSetting.NamesSetting(text));

    /// <summary>More words than a name has, or a name and what it says.</summary>
    private static bool IsSentence(ReadOnlySpan<byte> text) => text.Count((byte)' ') > 2 || text.TrimEnd(": "u8).ContainsAny(":="u8);

    /// <summary><c>["--api-key","x"]</c>, as the arguments of a command.</summary>
    private void NameOptions(ReadOnlySpan<byte> json, int place)
    {
        for (var i = place + 1; i + 1 < _values[place].Next; i = _values[i].Next)
        {
            if (_values[i].Token != JudgedToken.Text || _values[i].Length is < 4 or > MaxEscapedLabel || json[_values[i].Start] != '-') continue;
            ref var next = ref _values[i + 1];
            if (next.Token != JudgedToken.Text || next.Length == 0 || json[next.Start] == '-') continue;
            var kind = SecretFields.KindOf(SecretJudge.TextOf(json, _values[i], _text));
            if (kind >= NameKind.Ambiguous) (next.Name, next.IsPaired) = (kind, true);
        }
    }

    /// <summary><c>["auth",{…}]</c>: what a server is told to let somebody in.</summary>
    private void NameLogins(ReadOnlySpan<byte> json, int place)
    {
        if (_values[place + 1].Token != JudgedToken.Text || _values[place + 1].Length > MaxLabel) return;
        ref var next = ref _values[place + 2];
        if (next.Token == JudgedToken.Object && SecretJudge.TextOf(json, _values[place + 1], _text) is var name
            && (SecretFields.KindOf(name) >= NameKind.Token || name.SequenceEqual("login"u8) || name.SequenceEqual("logon"u8)))
            (next.Name, next.IsPaired) = (NameKind.Vendor, true);
    }

    private ReadOnlySpan<byte> Decode(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        _text.Clear();
        var room = _text.Extend(reader.ValueSpan.Length);
        try
        {
            return room[..reader.CopyString(room)];
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: as written.
            return reader.ValueSpan;
        }
    }
}
