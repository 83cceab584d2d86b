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
    private const int MaxCount = 2;

    /// <summary>Rules for a secret are few; more members are data.</summary>
    private const int MaxRules = 64;
    private const int MinNumericToken = 6;

    /// <summary>Gives every value its verdict, from the outside in.</summary>
    public static void Decide(ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, Utf8Buffer scratch, NameKind place)
    {
        var outer = place is NameKind.Token or NameKind.Seed or NameKind.Secret ? SecretContext.Secret : place == NameKind.Vendor
            ? SecretContext.Vendor : SecretContext.None;
        var hasFound = false;
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
                container.IsRules = value.Token == JudgedToken.Object && container.Members > 0 && !container.HasSealed
                    && (value.Name == NameKind.Secret || context == SecretContext.Secret) && AreRules(json, values, i, scratch);
                container.Context = ContextOf(value, container, context);
                container.IsNamedCaptions = value.Token == JudgedToken.Object && context != SecretContext.Secret
                    && (value.Role == NameRole.Captions || (value.Parent >= 0 && containers[values[value.Parent].Container].IsNamedCaptions));
                container.IsCaptions = value.Token == JudgedToken.Object && context != SecretContext.Secret
                    && (container.IsNamedCaptions || (value.Parent >= 0 && containers[values[value.Parent].Container].IsCaptions)
                        || (container.Secrets + container.Ambiguous > 0 && AreCaptions(json, values, i, container, scratch)));
                if (container.IsCaptions) container.Context = SecretContext.None;
                if (value.Token == JudgedToken.Object && IsSecretMap(json, values, i, container, scratch)) container.Context = SecretContext.Secret;
                if (value.Token != JudgedToken.List || !IsSecretList(json, values, i, container, scratch)) continue;
                value.Verdict = SecretVerdict.Secret;
                i = value.Next - 1;
            }
            else if (value.Token == JudgedToken.Text)
            {
                var isCaption = value.Parent >= 0 && containers[values[value.Parent].Container].IsCaptions;
                var text = TextOf(json, value, scratch);
                // An id beside the one secret is the key's: Phemex and others name the pair so.
                var isKeyId = value.Name == NameKind.Identifier && value.Role == NameRole.Label && context == SecretContext.Credentials
                    && GeneratedText.IsUuid(text) && containers[values[value.Parent].Container] is { Secrets: 1, Ambiguous: 0, HasSealedToken: false };
                if (IsPublicByRole(text, value.Role) || (value.Parent >= 0 && IsPublicByRole(text, values[value.Parent].Role))) continue;
                // Below credentials a text of one letter counts too.
                var isShort = value.Name == NameKind.Neutral && text.Length is > 0 and <= PlainSetting.ShortestWord && context == SecretContext.Credentials
                    && containers[values[value.Parent].Container].IsGroup && !PlainSetting.IsCoinOrSetting(text);
                var isPassword = (value.Role == NameRole.Account || (value.Name == NameKind.Vendor && context == SecretContext.Credentials
                    && containers[values[value.Parent].Container].IsGroup)) && AssignedSecrets.LooksChosen(text) && !PlainValue.Is(text);
                var isSecret = isKeyId || isShort || isPassword || (value.IsLabel ? IsSecretLabel(text) : isCaption && IsCaption(value, containers[values[value.Parent].Container], text) ? SecretShapes.IsSecret(text)
                    : IsSecretText(text, value.Name, context));
                value.Verdict = isSecret ? SecretVerdict.Secret : SecretVerdict.Clear;
                if (value.Parent >= 0 && context < SecretContext.Neighbour && (isSecret || SealedFormat.HasPrefix(text)))
                    hasFound |= containers[values[value.Parent].Container].HasFound = true;
            }
            else if (value.Token == JudgedToken.Number) value.Verdict = IsSecretNumber(json.Slice(value.Start, value.Length), value, context)
                && !(value.Length < MinNumericToken && value.Parent >= 0 && containers[values[value.Parent].Container].IsNamedCaptions)
                ? SecretVerdict.Secret : SecretVerdict.Clear;
        }
        if (hasFound) DecideNeighbours(json, values, containers, scratch);
    }

    /// <summary>
    /// Beside a value that is a secret by its look, the other letters of <c>{"k":…,"s":…,"p":…}</c> and ambiguous names are secrets too. What is sealed
    /// here was beside a secret, so the second look at a stored document finds the same.
    /// </summary>
    private static void DecideNeighbours(ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, Utf8Buffer scratch)
    {
        foreach (ref var value in values)
        {
            if (value.Token != JudgedToken.Text || value.Verdict == SecretVerdict.Secret || value.Parent < 0 || value.Name != NameKind.Short) continue;
            if (!containers[values[value.Parent].Container].HasFound) continue;
            if (IsSecretText(TextOf(json, value, scratch), value.Name, SecretContext.Neighbour)) value.Verdict = SecretVerdict.Secret;
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

    /// <summary>A signature of a transaction, addresses of coins.</summary>
    private static bool IsPublicByRole(ReadOnlySpan<byte> text, NameRole role) => role switch
    {
        NameRole.Signature => IsSignature(text),
        NameRole.Coins => PublicAddress.Classify(text) is ValueShape.Address or ValueShape.Base58Key,
        _ => false,
    };

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
        // Rules for a secret, of which none of the names may be one: {"password":{"minLength":8}}.
        if (container.IsRules) return SecretContext.Neighbour;
        // Credentials below a secret's name have settings beside them too: secrets.okx.testnet.
        if (inherited == SecretContext.Secret || value.Name == NameKind.Secret) return (container.Secrets > 0 || container.HasSealedToken)
            && value.Token == JudgedToken.Object ? SecretContext.Credentials : SecretContext.Secret;
        if (container.IsGroup) return SecretContext.Credentials;
        if (value.Name is NameKind.Vendor or NameKind.Ambiguous or NameKind.Token or NameKind.Seed)
        {
            var isMap = value.Token == JudgedToken.Object && (container.Secrets > 0 || container.Ambiguous > 1);
            if (isMap) return SecretContext.Credentials;
            return value.Name == NameKind.Vendor || (value.Name == NameKind.Ambiguous && value is { Token: JudgedToken.Object, Role: not NameRole.Coins }) ? SecretContext.Vendor
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

    /// <summary>
    /// Whether no member of an object below a secret's name can be a secret: names of settings, switches, small numbers, words of settings.
    /// </summary>
    private static bool AreRules(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, Utf8Buffer scratch)
    {
        if (values[place].Next - place > MaxRules) return false;
        for (var i = place + 1; i < values[place].Next; i++)
        {
            ref readonly var member = ref values[i];
            if (member.Token == JudgedToken.Other) continue;
            var name = values[member.Parent].Token == JudgedToken.List ? values[member.Parent].Name : member.Name;
            var isSetting = name is NameKind.Innocent or NameKind.OnChain;
            if (member.Token == JudgedToken.Text)
            {
                // What is a secret by its look makes the others secrets too, so that the second look at a stored document finds the same.
                var text = TextOf(json, member, scratch);
                if (isSetting ? SecretShapes.IsSecret(text) || SecretShapes.IsCardLike(text) : name > NameKind.Short || !PlainSetting.IsCoinOrSetting(text))
                    return false;
            }
            else if (!isSetting && (member.IsContainer || member.Length > MaxCount)) return false;
        }
        return true;
    }

    /// <summary>Under a name whose texts every version seals, a caption names the secret.</summary>
    private static bool IsCaption(in JudgedValue value, in JudgedContainer container, ReadOnlySpan<byte> text) =>
        value.IsAlwaysSealed && !container.IsNamedCaptions ? CaptionText.NamesSecret(text) : CaptionText.Is(text);

    /// <summary>
    /// Whether all members are captions, those with a secret's name captions that name one: <c>{"password":"Passwort eingeben","pin":"Ihre PIN"}</c>.
    /// One alone may be a password, unless it is below a language.
    /// </summary>
    private static bool AreCaptions(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
    {
        if (container.HasObject || container.HasSealed || values[place].Role != NameRole.Language && container.Members < 2) return false;
        for (var i = place + 1; i < values[place].Next; i++)
        {
            ref readonly var member = ref values[i];
            if (member.Token != JudgedToken.Text) return false;
            var text = TextOf(json, member, scratch);
            if (!(member.Name >= NameKind.Ambiguous ? CaptionText.NamesSecret(text) : CaptionText.Is(text))) return false;
        }
        return true;
    }

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
    public static bool IsSecretPlain(ReadOnlySpan<byte> text, NameKind name, SecretContext context) =>
        IsSecretByRule(text, name, context) && !StandIn.Is(text);

    private static bool IsSecretByRule(ReadOnlySpan<byte> text, NameKind name, SecretContext context)
    {
        if (name >= NameKind.Group || context == SecretContext.Secret) return !(name == NameKind.Secret && (IsPageUrl(text) || PlainSetting.IsFlag(text) || SecretShapes.IsPublicBlock(text)));
        var shape = SecretShapes.Classify(text);
        if (shape == ValueShape.Secret || (context >= SecretContext.Neighbour && SecretShapes.IsCardLike(text))) return true;
        switch (name)
        {
            case NameKind.Token:
                if (shape < ValueShape.Random && IsUrl(text)) return false;
                return context == SecretContext.Credentials
                    || !(shape is ValueShape.Address or ValueShape.Base58Key || PlainSetting.IsCoinOrSetting(text));
            case NameKind.Seed:
                return context >= SecretContext.Vendor || (text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !PlainSetting.IsCoinOrSetting(text));
            case NameKind.Ambiguous:
            case NameKind.Short when context >= SecretContext.Neighbour:
                if (IsPlainUrl(text)) return false;
                // Names alone decide among credentials, however short the value.
                if (context == SecretContext.Credentials && text.Length <= PlainSetting.ShortestWord) return !PlainSetting.IsCoinOrSetting(text);
                if (context >= SecretContext.Neighbour)
                    return !PlainSetting.IsWord(text) && shape is not (ValueShape.Address or ValueShape.Base58Key)
                    && (context >= SecretContext.Vendor || !PlainSetting.IsLower(text));
                return shape == ValueShape.Random || GeneratedText.Is(text, MinGeneratedKey) || AssignedSecrets.IsChosenPair(text);
            case NameKind.Identifier:
                return false;
            case NameKind.OnChain:
                if (context == SecretContext.Credentials && !text.StartsWith("0x"u8)) return GeneratedText.Is(text, MinGeneratedName);
                // Telegram's api_hash.
                if (context >= SecretContext.Vendor && IsUid(text)) return !text.StartsWith("0x"u8);
                return shape == ValueShape.Random && !PublicText.IsHex(text) && !IsSignature(text);
            case NameKind.Innocent:
                return shape == ValueShape.Random || (context == SecretContext.Credentials && GeneratedText.Is(text, MinGeneratedName));
            case NameKind.Identity:
                if (shape == ValueShape.Base58Key && context == SecretContext.Credentials) return false;
                return (shape == ValueShape.Random && !(context == SecretContext.None && IsUid(text)))
                    || (context == SecretContext.Credentials && shape != ValueShape.Address) || AssignedSecrets.IsChosenPair(text);
            case NameKind.Vendor:
                if ((shape == ValueShape.Base58Key && context < SecretContext.Credentials) || (shape < ValueShape.Random && IsUrl(text))) return false;
                return shape == ValueShape.Random || GeneratedText.Is(text, context switch
                {
                    SecretContext.Credentials => MinGeneratedTag,
                    SecretContext.Vendor => MinGeneratedName,
                    _ => MinGenerated,
                });
            default:
                if (shape == ValueShape.Random) return true;
                if (context == SecretContext.Credentials) return shape != ValueShape.Address && !PlainValue.Is(text);
                if (shape == ValueShape.Base58Key) return false;
                return context >= SecretContext.Neighbour && shape != ValueShape.Address && !IsUrl(text) && !PublicText.Is(text)
                    && GeneratedText.Is(text, MinGenerated);
        }
    }

    /// <summary>64 bytes in base58, as a transaction of Solana is named.</summary>
    private static bool IsSignature(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[128];
        return text.Length is >= 86 and <= 88 && Base58.TryDecode(text, bytes, out var length) && length == 64;
    }

    /// <summary>32 hexadecimal digits, as exchanges show other traders' ids, or a number on a blockchain.</summary>
    private static bool IsUid(ReadOnlySpan<byte> text) => (text.Length == 32 || text.StartsWith("0x"u8)) && PublicText.IsHex(text);

    /// <summary>The shape has been judged: there is no secret in it.</summary>
    private static bool IsPlainUrl(ReadOnlySpan<byte> text) => IsUrl(text) && !RandomText.IsIn(text);

    /// <summary>A link that holds no secret anywhere.</summary>
    private static bool IsPageUrl(ReadOnlySpan<byte> text) => IsUrl(text) && !GeneratedText.Is(text, MinGeneratedKey)
        && SecretShapes.Classify(text) == ValueShape.Plain;

    private static bool IsUrl(ReadOnlySpan<byte> text) => (text.StartsWith("http"u8) || text.StartsWith("ws"u8))
        && text.IndexOf("://"u8) is 2 or 3 or 4 or 5;

    private static bool IsSecretNumber(ReadOnlySpan<byte> number, in JudgedValue value, SecretContext context)
    {
        if (context == SecretContext.Secret) return true;
        // passwords: 3 is a count.
        if (value.Role is NameRole.Plural or NameRole.Coins && number.Length <= MinNumericToken && context < SecretContext.Credentials) return false;
        return value.Name switch
        {
            // A PIN has four digits; fewer are a count, a switch or a level.
            NameKind.Secret => number.Length > MaxCount || context == SecretContext.Credentials,
            NameKind.Group => true,
            NameKind.Token => context == SecretContext.Credentials || (number.Length >= MinNumericToken && !number.Contains((byte)'.')),
            NameKind.Seed => context >= SecretContext.Vendor,
            NameKind.Ambiguous => !number.Contains((byte)'.')
                && (context == SecretContext.Credentials || (context >= SecretContext.Neighbour && number.Length >= MinPin)),
            NameKind.Identity => context == SecretContext.Credentials && number.Length >= MinPin && !number.ContainsAny("-."u8),
            NameKind.Neutral => context == SecretContext.Credentials && !PlainValue.IsNumber(number),
            NameKind.Short => context >= SecretContext.Neighbour && number.Length >= MinNumericToken && !number.Contains((byte)'.'),
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
        var (texts, numbers, generated, plain, figures, paired) = (0, 0, 0, 0, 0, false);
        var (standIns, vendors, chosen) = (0, 0, 0);
        var bytes = new ByteList();
        var phrase = new PhraseList();
        for (var i = place + 1; i < list.Next; i = values[i].Next)
        {
            ref readonly var element = ref values[i];
            paired |= element.IsPaired;
            if (element.Token == JudgedToken.Number)
            {
                numbers++;
                if (PlainValue.IsNumber(json.Slice(element.Start, element.Length))) figures++;
                if (numbers <= ByteList.MaxLength) bytes.Add(json.Slice(element.Start, element.Length));
            }
            else if (element.Token == JudgedToken.Text && element.Length > 0)
            {
                texts++;
                var text = TextOf(json, element, scratch);
                if (list.Name != NameKind.Identifier && SecretShapes.IsPrivateBlock(text)) return true;
                if (texts <= PhraseList.MaxLength) phrase.Add(text);
                if (texts > MaxCredentialList && list.Name < NameKind.Ambiguous && container.Context < SecretContext.Credentials) continue;
                if (PlainSetting.IsCoinOrSetting(text))
                {
                    plain++;
                    continue;
                }
                if (texts <= MaxCredentialList && list.Name == NameKind.Neutral && SecretFields.KindOf(text) == NameKind.Vendor) vendors++;
                if (PlainSetting.IsWord(text)) plain++;
                else if (IsPublicByRole(text, list.Name == NameKind.Token ? NameRole.Coins : list.Role)) plain++;
                else if (StandIn.Is(text)) (plain, standIns) = (plain + 1, standIns + 1);
                else if (list.Name == NameKind.Neutral && container.Context == SecretContext.Credentials && SecretShapes.Classify(text) < ValueShape.Random
                    && PlainValue.Is(text)) plain++;
                else if (list.Name == NameKind.Vendor && texts <= MaxCredentialList && AssignedSecrets.LooksChosen(text) && !PlainValue.Is(text)
                    && !GeneratedText.Is(text, MinGenerated)) chosen++;
                else if (GeneratedText.Is(text, MinGenerated)
                    && (list.Name != NameKind.Vendor || PublicAddress.Classify(text) != ValueShape.Base58Key)) generated++;
            }
            else if (element.Token == JudgedToken.List) texts += values[i].Next > i + 1 ? 1 : 0;
        }
        if (texts + numbers == 0 || paired || texts + numbers == standIns) return false;
        if (container.Context == SecretContext.Secret || list.Name >= NameKind.Group) return true;
        if (list.Name != NameKind.Identifier && ((texts == 0 && numbers <= ByteList.MaxLength && bytes.IsKey) || phrase.IsPhrase)) return true;
        // ["okx", key, secret, passphrase]
        if (list.Name == NameKind.Neutral && vendors > 0 && generated > 1 && texts <= MaxCredentialList) return true;
        return list.Name switch
        {
            NameKind.Token => texts > plain,
            NameKind.Seed => texts > 0 && texts > plain,
            NameKind.Ambiguous => generated > 0 || (container.Context == SecretContext.Credentials && texts + numbers > plain),
            // A login, an address, a port beside a password.
            NameKind.Vendor when chosen > 0 && numbers > 0 && texts + numbers <= MaxCredentialList => true,
            NameKind.Neutral when container.Context == SecretContext.Credentials => texts + numbers > plain + figures,
            NameKind.Identity when container.Context == SecretContext.Credentials => texts + numbers > plain,
            // Arguments of a command hold a key among words, and are judged one by one.
            NameKind.Neutral or NameKind.Vendor when container.Context >= SecretContext.Vendor =>
                generated > 0 && texts <= MaxCredentialList && (generated > 1 || texts <= generated + 2),
            _ => false,
        };
    }
}
