using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>The rules by which names, values, neighbours and containers together decide.</summary>
internal static class SecretJudge
{
    /// <summary>Under a name that says nothing, beside a secret or below a vendor's name; shorter ones are words and numbers too often.</summary>
    private const int MinGenerated = 16;
    private const int MinGeneratedKey = 8;
    private const int MinGeneratedTag = 6;
    private const int MinGeneratedName = 12;

    /// <summary>A list of a key, a secret and a passphrase is short.</summary>
    private const int MaxCredentialList = 8;

    private const int MinPin = 4;
    private const int MinNumericToken = 6;

    /// <summary>Gives every value its verdict, from the outside in.</summary>
    public static void Decide(ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, Utf8Buffer scratch, NameKind place)
    {
        var outer = place is NameKind.Token or NameKind.Seed or NameKind.Secret ? SecretContext.Secret : place == NameKind.Vendor
            ? SecretContext.Vendor : SecretContext.None;
        for (var i = 0; i < values.Length; i++)
        {
            ref var value = ref values[i];
            var (context, around) = (outer, NameKind.Neutral);
            if (value.Parent >= 0)
            {
                ref readonly var parent = ref values[value.Parent];
                context = containers[parent.Container].Context;
                around = parent.Name;
                // Elements have their list's name, and members of a map of ids are ids.
                if (!value.IsPaired && (parent.Token == JudgedToken.List
                    || (value.Name is NameKind.Neutral or NameKind.Vendor && around == NameKind.Identifier))) value.Name = around;
            }
            if (value.IsContainer)
            {
                ref var container = ref containers[value.Container];
                container.IsGroup = value.Name == NameKind.Group
                    || (value.Name is NameKind.Neutral or NameKind.Vendor && value.Parent >= 0 && containers[values[value.Parent].Container].IsGroup);
                container.Context = ContextOf(value, container, context);
                container.IsCaptions = value.Token == JudgedToken.Object && context != SecretContext.Secret
                    && (value.Role == NameRole.Captions || (value.Parent >= 0 && containers[values[value.Parent].Container].IsCaptions));
                if (value.Token == JudgedToken.Object && IsSecretMap(json, values, i, container, scratch)) container.Context = SecretContext.Secret;
                if (value.Token != JudgedToken.List || !IsSecretList(json, values, i, container, scratch)) continue;
                value.Verdict = SecretVerdict.Secret;
                i = value.Next - 1;
            }
            else if (value.Token == JudgedToken.Text)
            {
                var isCaption = value.Parent >= 0 && containers[values[value.Parent].Container].IsCaptions && !value.IsAlwaysSealed;
                var text = TextOf(json, value, scratch);
                // An id beside the one secret is the key's: Phemex and others name the pair so.
                var isKeyId = value.Name == NameKind.Identifier && context == SecretContext.Credentials && GeneratedText.IsUuid(text)
                    && containers[values[value.Parent].Container] is { Secrets: 1, Ambiguous: 0 };
                var isSecret = isKeyId || (value.IsLabel ? IsSecretLabel(text) : isCaption && IsCaption(text) ? SecretShapes.IsSecret(text)
                    : IsSecretText(text, value.Name, context));
                value.Verdict = isSecret ? SecretVerdict.Secret : SecretVerdict.Clear;
            }
            else if (value.Token == JudgedToken.Number) value.Verdict = IsSecretNumber(json.Slice(value.Start, value.Length), value, context)
                ? SecretVerdict.Secret : SecretVerdict.Clear;
        }
    }

    /// <summary>A text without escapes, until the next call; as written where it is no Unicode text.</summary>
    public static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> json, in JudgedValue value, Utf8Buffer scratch)
    {
        if (!value.IsEscaped) return json.Slice(value.Start, value.Length);
        var reader = new Utf8JsonReader(json.Slice(value.Start - 1, value.Length + 2));
        reader.Read();
        scratch.Clear();
        var room = scratch.Extend(value.Length);
        try
        {
            return room[..reader.CopyString(room)];
        }
        catch (InvalidOperationException)
        {
            return reader.ValueSpan;
        }
    }

    private static SecretContext ContextOf(in JudgedValue value, in JudgedContainer container, SecretContext around)
    {
        var inherited = around switch
        {
            SecretContext.Secret => SecretContext.Secret,
            SecretContext.Credentials when value.Token == JudgedToken.List && value.Name is not (NameKind.Innocent or NameKind.Identifier) =>
                SecretContext.Credentials,
            SecretContext.Credentials or SecretContext.Vendor => SecretContext.Vendor,
            SecretContext.Neighbour when value.IsPaired || value.Parent >= 0 && container.Value >= 0 => SecretContext.Neighbour,
            _ => SecretContext.None,
        };
        var own = container.Secrets > 0 ? SecretContext.Neighbour : SecretContext.None;
        if (container.HasPairs) return Max(inherited, own);
        // Credentials below a secret's name have settings beside them too: secrets.okx.testnet.
        if (inherited == SecretContext.Secret || value.Name == NameKind.Secret) return (container.Secrets > 0 || container.HasSealedToken)
            && value.Token == JudgedToken.Object ? SecretContext.Credentials : SecretContext.Secret;
        if (container.IsGroup) return SecretContext.Credentials;
        if (value.Name is NameKind.Vendor or NameKind.Ambiguous or NameKind.Token or NameKind.Seed)
        {
            var isMap = value.Token == JudgedToken.Object && (container.Secrets > 0 || container.Ambiguous > 1);
            if (isMap) return SecretContext.Credentials;
            return value.Name == NameKind.Vendor || (value.Name == NameKind.Ambiguous && value.Token == JudgedToken.Object) ? SecretContext.Vendor
                : Max(inherited, own);
        }
        if (value.Token == JudgedToken.Object && container.Secrets > 0 && (value.Parent >= 0 || value.Name != NameKind.Neutral)
            && container.Secrets + container.Ambiguous >= container.Unknown) return SecretContext.Credentials;
        return Max(inherited, own);
    }

    /// <summary>The text that names the value beside it stays readable, also among credentials.</summary>
    private static bool IsSecretLabel(ReadOnlySpan<byte> text) => !text.IsEmpty && !SealedFormat.HasPrefix(text)
        && !MaskText.IsMask(text, isSecretPlace: false)
        && (SecretShapes.IsSecret(text) || GeneratedText.Is(text, MinGenerated));

    /// <summary>What is shown to people has several words, or letters alone, or pictures.</summary>
    private static bool IsCaption(ReadOnlySpan<byte> text) => !text.IsEmpty && !SealedFormat.HasPrefix(text) && !AssignedSecrets.LooksChosen(text)
        && (text.Contains((byte)' ') || !text.ContainsAnyInRange((byte)'0', (byte)'9'));

    /// <summary>A key as bytes or a recovery phrase, as an object with the places for names: <c>{"0":11,"1":77,…}</c>.</summary>
    private static bool IsSecretMap(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
    {
        if (container.Members is < PhraseList.MinLength or > ByteList.MaxLength || container.HasObject) return false;
        var (numbers, texts) = (0, 0);
        var bytes = new ByteList();
        var phrase = new PhraseList();
        for (var i = place + 1; i < values[place].Next; i = values[i].Next)
        {
            ref readonly var member = ref values[i];
            if (member.Token == JudgedToken.Number && texts == 0)
            {
                numbers++;
                bytes.Add(json.Slice(member.Start, member.Length));
            }
            else if (member.Token == JudgedToken.Text && numbers == 0 && texts < PhraseList.MaxLength)
            {
                texts++;
                phrase.Add(TextOf(json, member, scratch));
            }
            else return false;
        }
        return numbers > 0 ? bytes.IsKey : phrase.IsPhrase;
    }

    private static SecretContext Max(SecretContext left, SecretContext right) => left > right ? left : right;

    private static bool IsSecretText(ReadOnlySpan<byte> text, NameKind name, SecretContext context)
    {
        if (text.IsEmpty || SealedFormat.HasPrefix(text) || MaskText.IsMask(text, isSecretPlace: false)) return false;
        return IsSecretPlain(text, name, context);
    }

    /// <summary>The verdict on a text that is neither sealed nor a mask. What is a secret in no context is one in every other too.</summary>
    public static bool IsSecretPlain(ReadOnlySpan<byte> text, NameKind name, SecretContext context)
    {
        if (context == SecretContext.Secret || name >= NameKind.Group) return true;
        var shape = SecretShapes.Classify(text);
        if (shape == ValueShape.Secret || (context >= SecretContext.Neighbour && SecretShapes.IsCardLike(text))) return true;
        switch (name)
        {
            case NameKind.Token:
                return context == SecretContext.Credentials
                    || !(shape is ValueShape.Address or ValueShape.Base58Key || PlainSetting.IsCoinOrSetting(text));
            case NameKind.Seed:
                return context >= SecretContext.Vendor || text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
            case NameKind.Ambiguous:
                if (IsPlainUrl(text)) return false;
                // Names alone decide among credentials, however short the value.
                if (context == SecretContext.Credentials && text.Length <= PlainSetting.ShortestWord) return !PlainSetting.IsCoinOrSetting(text);
                if (context >= SecretContext.Neighbour)
                    return !PlainSetting.IsWord(text)
                    && (context >= SecretContext.Vendor || !PlainSetting.IsLower(text));
                return shape == ValueShape.Random || GeneratedText.Is(text, MinGeneratedKey) || AssignedSecrets.IsChosenPair(text);
            case NameKind.Identifier:
                return false;
            case NameKind.Innocent:
                return shape == ValueShape.Random || (context == SecretContext.Credentials && GeneratedText.Is(text, MinGeneratedName));
            case NameKind.Identity:
                return shape == ValueShape.Random || context == SecretContext.Credentials || AssignedSecrets.IsChosenPair(text);
            case NameKind.Vendor:
                if (shape == ValueShape.Base58Key && context < SecretContext.Credentials) return false;
                return shape == ValueShape.Random || GeneratedText.Is(text, context switch
                {
                    SecretContext.Credentials => MinGeneratedTag,
                    SecretContext.Vendor => MinGeneratedName,
                    _ => MinGenerated,
                });
            default:
                if (shape == ValueShape.Random) return true;
                if (context == SecretContext.Credentials) return shape != ValueShape.Address && !PlainSetting.IsCoinOrSetting(text);
                if (shape == ValueShape.Base58Key) return context >= SecretContext.Vendor;
                return context >= SecretContext.Neighbour && shape != ValueShape.Address && (GeneratedText.Is(text, MinGenerated));
        }
    }

    /// <summary>The shape has been judged: there is no secret in it.</summary>
    private static bool IsPlainUrl(ReadOnlySpan<byte> text) => (text.StartsWith("http"u8) || text.StartsWith("ws"u8))
        && text.IndexOf("://"u8) is 2 or 3 or 4 or 5
        && !RandomText.IsIn(text);

    private static bool IsSecretNumber(ReadOnlySpan<byte> number, in JudgedValue value, SecretContext context)
    {
        if (context == SecretContext.Secret) return true;
        // passwords: 3 is a count.
        if (value.Role == NameRole.Plural && number.Length <= MinNumericToken && context < SecretContext.Credentials) return false;
        return value.Name switch
        {
            NameKind.Secret or NameKind.Group => true,
            NameKind.Token => context == SecretContext.Credentials || number.Length >= MinNumericToken,
            NameKind.Seed => context >= SecretContext.Vendor,
            NameKind.Ambiguous => context == SecretContext.Credentials || (context >= SecretContext.Neighbour && number.Length >= MinPin),
            NameKind.Neutral or NameKind.Identity => context == SecretContext.Credentials,
            _ => false,
        };
    }

    /// <summary>
    /// Whether a list is a secret as a whole: below a secret's name, a key as bytes, a recovery phrase, a key with its secret and passphrase. Others
    /// have their elements judged one by one, and so have lists with objects in them, and those with elements that are sealed already.
    /// </summary>
    private static bool IsSecretList(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
    {
        ref readonly var list = ref values[place];
        if (container.Members == 0 || container.HasObject || container.HasSealed || container.HasPairs) return false;
        var (texts, numbers, generated, plain, paired) = (0, 0, 0, 0, false);
        var bytes = new ByteList();
        var phrase = new PhraseList();
        for (var i = place + 1; i < list.Next; i = values[i].Next)
        {
            ref readonly var element = ref values[i];
            paired |= element.IsPaired;
            if (element.Token == JudgedToken.Number)
            {
                numbers++;
                if (numbers <= ByteList.MaxLength) bytes.Add(json.Slice(element.Start, element.Length));
            }
            else if (element.Token == JudgedToken.Text && element.Length > 0)
            {
                texts++;
                var text = TextOf(json, element, scratch);
                if (list.Name != NameKind.Identifier && SecretShapes.IsPrivateBlock(text)) return true;
                if (texts <= PhraseList.MaxLength) phrase.Add(text);
                if (texts > MaxCredentialList && list.Name < NameKind.Ambiguous && container.Context < SecretContext.Credentials) continue;
                if (PlainSetting.IsWord(text)) plain++;
                else if (GeneratedText.Is(text, MinGenerated)
                    && (list.Name != NameKind.Vendor || PublicAddress.Classify(text) != ValueShape.Base58Key)) generated++;
            }
            else if (element.Token == JudgedToken.List) texts += values[i].Next > i + 1 ? 1 : 0;
        }
        if (texts + numbers == 0 || paired) return false;
        if (container.Context == SecretContext.Secret || list.Name >= NameKind.Group) return true;
        if (list.Name != NameKind.Identifier && ((texts == 0 && numbers <= ByteList.MaxLength && bytes.IsKey) || phrase.IsPhrase)) return true;
        return list.Name switch
        {
            NameKind.Token => texts > plain,
            NameKind.Seed => texts > 0 && texts > plain,
            NameKind.Ambiguous => generated > 0 || (container.Context == SecretContext.Credentials && texts + numbers > plain),
            NameKind.Neutral or NameKind.Identity when container.Context == SecretContext.Credentials => texts + numbers > plain,
            NameKind.Neutral or NameKind.Vendor when container.Context >= SecretContext.Vendor => generated > 0 && texts <= MaxCredentialList,
            _ => false,
        };
    }
}
