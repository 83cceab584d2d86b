using System.Text.Json;

namespace Nexus.Secrets;

/// <summary>The rules by which names, values, neighbours and containers together decide.</summary>
internal static partial class SecretJudge
{
    /// <summary>Under a name that says nothing, beside a secret or below a vendor's name; shorter ones are words and numbers too often.</summary>
    public const int MinGenerated = 16;
    private const int MinGeneratedKey = 8;
    private const int MinGeneratedTag = 6;
    private const int MinGeneratedName = 12;
    private const int MinGeneratedIdentity = 24;

    private const int MinPin = 4;

    /// <summary>A key and its id, and perhaps the exchange.</summary>
    private const int MaxPair = 3;

    private const int MinMixedId = 8;
    private const int MinSerial = 10;
    private const int MaxSerial = 40;

    /// <summary>65 bytes: https://eips.ethereum.org/EIPS/eip-2098.</summary>
    private const int EvmSignature = 132;
    public const int MaxCount = 2;
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
                // Elements have their list's name, and members of a map of ids are ids: not what holds credentials, as the headers of a request.
                if (!value.IsPaired && (parent.Token == JudgedToken.List
                    || (around == NameKind.Identifier && !(value.Token == JudgedToken.Object && containers[value.Container].Secrets > 0)
                    && (value.Name is NameKind.Neutral or NameKind.Vendor
                        || (value.Name == NameKind.Ambiguous && parent.Role == NameRole.PublicKey))))) value.Name = around;
            }
            // A map of private keys by themselves. Hexadecimal names are ids elsewhere.
            if (value is { Role: NameRole.KeyName, Parent: >= 0 } && values[value.Parent] is { Token: JudgedToken.Object } map
                && map.Name is NameKind.Secret or NameKind.Group) value.IsSecretName = true;
            if (value.IsContainer)
            {
                ref var container = ref containers[value.Container];
                container.IsGroup = value.Name == NameKind.Group
                    || (value.Name is NameKind.Neutral or NameKind.Vendor && value.Parent >= 0 && containers[values[value.Parent].Container].IsGroup);
                container.IsRules = (value.Token == JudgedToken.Object || value.Role == NameRole.Plural)
                    && container.Members > 0 && !container.HasSealed
                    && (value.Name == NameKind.Secret || context == SecretContext.Secret) && ReadableObject.AreRules(json, values, i, scratch);
                container.IsDescribed = (value.Name == NameKind.Secret || context == SecretContext.Secret) && !container.IsRules
                    && ReadableObject.IsDescribed(json, values, i, container, scratch);
                container.Context = ContextOf(value, container, context);
                container.IsNamedCaptions = value.Token == JudgedToken.Object && context != SecretContext.Secret
                    && (value.Role == NameRole.Captions || (value.Parent >= 0 && containers[values[value.Parent].Container].IsNamedCaptions));
                container.IsCaptions = value.Token == JudgedToken.Object && context != SecretContext.Secret
                    && (container.IsNamedCaptions || (value.Parent >= 0 && containers[values[value.Parent].Container].IsCaptions)
                        || (container.Secrets + container.Ambiguous > 0 && ReadableObject.AreCaptions(json, values, i, container, scratch)));
                if (container.IsCaptions) container.Context = SecretContext.None;
                if (value.Token == JudgedToken.Object && SecretCollection.IsSecretMap(json, values, i, container, scratch))
                    container.Context = SecretContext.Secret;
                if (value.Token != JudgedToken.List || !SecretCollection.IsSecretList(json, values, i, container, scratch)) continue;
                value.Verdict = SecretVerdict.Secret;
                i = value.Next - 1;
            }
            else if (value.Token == JudgedToken.Text)
            {
                var text = TextOf(json, value, scratch);
                var isSecret = value.Parent < 0 ? IsSecretText(text, value.Name, context)
                    : IsSecretMember(text, value, values[value.Parent], containers[values[value.Parent].Container], context);
                value.Verdict = isSecret ? SecretVerdict.Secret : SecretVerdict.Clear;
                if (value.Role == NameRole.Uuid && value.Parent >= 0 && GeneratedText.IsUuid(text)
                    && HasEndpoint(json, values, value.Parent, ref containers[values[value.Parent].Container], context == SecretContext.Vendor))
                    value.Verdict = SecretVerdict.Secret;
                if (value.Parent >= 0 && value.Role == NameRole.Label && containers[values[value.Parent].Container].Label == i
                    && GeneratedText.IsUuid(text) && IsRelayUser(json, values, value.Parent)) value.Verdict = SecretVerdict.Secret;
                if (value.Parent >= 0 && context is SecretContext.None or SecretContext.Vendor && (isSecret || SealedFormat.HasPrefix(text)))
                    hasFound |= containers[values[value.Parent].Container].HasFound = true;
            }
            else if (value.Token == JudgedToken.Number) value.Verdict = IsSecretNumber(json.Slice(value.Start, value.Length), value, context)
                && !(value.Length < MinNumericToken && value.Parent >= 0 && containers[values[value.Parent].Container].IsNamedCaptions)
                ? SecretVerdict.Secret : SecretVerdict.Clear;
        }
        if (hasFound) DecideNeighbours(json, values, containers, scratch);
    }

    /// <summary>The verdict on a text in an object or list.</summary>
    private static bool IsSecretMember(
        ReadOnlySpan<byte> text, in JudgedValue value, in JudgedValue parent, in JudgedContainer container, SecretContext context)
    {
        if (IsPublicByRole(text, value.Role) || IsPublicByRole(text, parent.Role)) return false;
        if (container.IsWebKey && parent.Token == JudgedToken.Object)
        {
            if (WebKey.IsPublic(value.NameHash)) return false;
            if (WebKey.IsPrivate(value.NameHash)) return IsSecretText(text, NameKind.Secret, context);
        }
        if (value.Role == NameRole.OpenHalf && PublicText.IsOpenHalf(text)) return false;
        // A key that is called after what is opened, beside another secret: trade_key.
        if (value is { Role: NameRole.NamedKey, Name: NameKind.Innocent } && context >= SecretContext.Neighbour
            && GeneratedText.Is(text, MinGenerated) && !GeneratedText.IsUuid(text) && !PublicText.IsHex(text)
            && !text.ContainsAny(":.-_/"u8)) return true;
        if (context != SecretContext.Secret && IsResource(text, value.Role, container)) return false;
        if (value.IsLabel) return IsSecretLabel(text);
        if (IsName(text, value, parent, container, context)) return false;
        // The account of a chain whose addresses are as long as a key, beside the key.
        if (parent.Role == NameRole.MoveChain && value.Name == NameKind.Vendor && container.Secrets > 0 && text.StartsWith("0x"u8)
            && PublicText.IsHex(text)) return false;
        if (value.Role == NameRole.Asked && CaptionText.IsAnswer(text)) return SecretShapes.IsSecret(text);
        if (parent.Role == NameRole.Keyboard && !value.IsAlwaysSealed && KeyStroke.Is(text)) return false;
        if (value.Role == NameRole.Keyword && container.Secrets > 0 && text[0] is not ((byte)'#' or (byte)'$') && AssignedSecrets.LooksChosen(text))
            return true;
        // What is traded, by its number at an exchange: tokens: ["26000","26009"].
        if (parent.Role == NameRole.Coins && parent.Token == JudgedToken.List && text.Length <= MinNumericToken
            && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        if (value.Role == NameRole.License && text.Length is >= MinSerial and <= MaxSerial
            && (!text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || GeneratedText.Is(text, MinSerial))) return true;
        if (value.Role == NameRole.Login && value.Name == NameKind.Ambiguous && container.Secrets > 0 && UserName.IsPlain(text)) return false;
        // An id beside the one secret is the key's: Phemex, BitMEX and others name the pair so. A whole document may have an id of its own.
        if ((context == SecretContext.Credentials || (parent.Parent < 0 && container.Members <= MaxPair)) && value.Name == NameKind.Identifier
            && value.Role == NameRole.Label && IsKeyId(text) && !container.HasSealedToken
            && (container is { Secrets: 1, Ambiguous: 0 } || (container is { Secrets: 0, Ambiguous: 1, IsGroup: true }))) return true;
        if (context == SecretContext.Credentials)
        {
            // Below credentials a text of one letter counts too.
            if (container.IsGroup && value.Name == NameKind.Neutral && text.Length is > 0 and <= PlainSetting.ShortestWord
                && !PlainSetting.IsCoinOrSetting(text)) return true;
        }
        if (value.Role == NameRole.Account || (container.IsGroup && value.Name == NameKind.Vendor && context == SecretContext.Credentials))
        {
            if (AssignedSecrets.LooksChosen(text) && !PlainValue.Is(text)) return true;
        }
        return container.IsCaptions && ReadableObject.IsCaption(value, container, text) ? SecretShapes.IsSecret(text)
            : IsSecretText(text, value.Name, context);
    }

    /// <summary>What a list of names holds, and what stands under the name of some key where no credential is beside it.</summary>
    private static bool IsName(
        ReadOnlySpan<byte> text, in JudgedValue value, in JudgedValue parent, in JudgedContainer container, SecretContext context)
    {
        if (value.IsPaired || value.IsAlwaysSealed) return false;
        if (parent.Token != JudgedToken.List)
            return value.Role == NameRole.NamedKey && context < SecretContext.Credentials && PlainSetting.IsMemberName(text);
        return parent.Role == NameRole.NamedKey ? PlainSetting.IsMemberName(text)
            : (container.Members > 1 || parent.Role == NameRole.Plural) && PlainSetting.NamesSecret(text);
    }

    /// <summary>
    /// A UUID, or a word drawn at random that is no number in hexadecimal and does not say what it is the id of, as <c>we_1Mqb</c> does.
    /// </summary>
    private static bool IsKeyId(ReadOnlySpan<byte> text) => GeneratedText.IsUuid(text)
        || (text.ContainsAnyInRange((byte)'A', (byte)'Z') && text.ContainsAnyInRange((byte)'a', (byte)'z') && !text.ContainsAny("-_:."u8)
            && GeneratedText.Is(text, MinMixedId))
        || (GeneratedText.Is(text, MinGenerated) && !PublicText.IsHex(text)
            && text.IndexOfAnyExceptInRange((byte)'a', (byte)'z') is var end && !(end is >= 2 and <= 8 && text[end] == '_'));

    /// <summary>
    /// Beside a value that is a secret by its look, the other letters of <c>{"k":…,"s":…,"p":…}</c> are secrets too. What is sealed here was
    /// beside a secret, so the second look at a stored document finds the same.
    /// </summary>
    private static void DecideNeighbours(ReadOnlySpan<byte> json, Span<JudgedValue> values, JudgedContainer[] containers, Utf8Buffer scratch)
    {
        foreach (ref var value in values)
        {
            if (value.Token != JudgedToken.Text || value.Verdict == SecretVerdict.Secret || value.Parent < 0) continue;
            if (!containers[values[value.Parent].Container].HasFound) continue;
            // {"bitmex":{"id":…,"sec":…}}: the number of the key, below the name of what it opens.
            if (value is { Name: NameKind.Identifier, Role: NameRole.Label, IsLabel: false }
                && containers[values[value.Parent].Container].Context == SecretContext.Vendor
                && TextOf(json, value, scratch) is var id && !SealedFormat.HasPrefix(id) && IsKeyId(id)) value.Verdict = SecretVerdict.Secret;
            if (value.Name != NameKind.Short) continue;
            var context = value.Role == NameRole.Passphrase ? SecretContext.Vendor : SecretContext.Neighbour;
            if (IsSecretText(TextOf(json, value, scratch), value.Name, context)) value.Verdict = SecretVerdict.Secret;
        }
    }

    /// <summary>
    /// A UUID beside a link: of a private node or a proxy, which ask for nothing else. Looked for once in an object, however often a name stands in
    /// it.
    /// </summary>
    private static bool HasEndpoint(ReadOnlySpan<byte> json, Span<JudgedValue> values, int parent, ref JudgedContainer container, bool isVendor)
    {
        if (container.HasEndpoint is { } known) return known;
        var found = false;
        for (var i = parent + 1; i < values[parent].Next && !found && values[parent].Token == JudgedToken.Object; i = values[i].Next)
        {
            if (values[i].Token != JudgedToken.Text) continue;
            var other = json.Slice(values[i].Start, values[i].Length);
            found = isVendor ? other.IndexOf("://"u8) is > 0 and < 8 : UrlSecrets.IsRelay(other);
        }
        container.HasEndpoint = found;
        return found;
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
    public static bool IsPublicByRole(ReadOnlySpan<byte> text, NameRole role) => role switch
    {
        NameRole.Signature => IsSignature(text) || (text.Length == EvmSignature && PublicText.IsHexDigits(text, EvmSignature - 2)),
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
        if (inherited == SecretContext.Secret || value.Name == NameKind.Secret)
        {
            var isScheme = value.Role == NameRole.Scheme && inherited != SecretContext.Secret;
            return value.Token == JudgedToken.Object && (container.Secrets > 0 || container.HasSealedToken || container.IsDescribed || isScheme)
                ? SecretContext.Credentials : SecretContext.Secret;
        }
        if (container.IsGroup) return SecretContext.Credentials;
        if (value.Name is NameKind.Vendor or NameKind.Ambiguous or NameKind.Token or NameKind.Seed)
        {
            var isMap = value.Token == JudgedToken.Object && (container.Secrets > 0 || container.Ambiguous > 1);
            if (isMap) return SecretContext.Credentials;
            return value.Name == NameKind.Vendor || value is { Name: NameKind.Ambiguous, Token: JudgedToken.Object, Role: not NameRole.Coins }
                ? SecretContext.Vendor
                : Max(inherited, own);
        }
        if (value.Token == JudgedToken.Object && container.Secrets > 0 && (value.Parent >= 0 || value.Name != NameKind.Neutral)
            && container.Secrets + container.Ambiguous >= container.Unknown) return SecretContext.Credentials;
        return Max(inherited, own);
    }

    /// <summary>The text that names the value beside it stays readable, also among credentials.</summary>
    private static bool IsSecretLabel(ReadOnlySpan<byte> text) => !text.IsEmpty && !SealedFormat.HasPrefix(text)
        && !MaskText.IsMask(text, isSecretPlace: false)
        && (SecretShapes.IsSecret(text) || (GeneratedText.Is(text, MinGenerated) && SecretFields.KindOf(text) == NameKind.Neutral));

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
        if (name >= NameKind.Group || context == SecretContext.Secret)
            return !(name == NameKind.Secret && (PlainSetting.IsFlag(text) || IsPageUrl(text) || SecretShapes.IsPublicBlock(text)))
                // Where the credentials are.
                && !(name == NameKind.Group && context != SecretContext.Secret && PlainValue.IsPath(text))
                && !(name == NameKind.Secret && context != SecretContext.Secret && PlainValue.IsMounted(text));
        var shape = SecretShapes.Classify(text);
        if (shape == ValueShape.Secret || (context >= SecretContext.Neighbour && SecretShapes.IsCardLike(text))) return true;
        if (shape == ValueShape.Plain && text.StartsWith("-----"u8) && SecretShapes.IsPublicBlock(text)) return false;
        if (PublicText.IsPublishable(text)) return false;
        switch (name)
        {
            case NameKind.Token:
                if (shape < ValueShape.Random && IsUrl(text)) return false;
                if (shape == ValueShape.Address) return false;
                return (context == SecretContext.Credentials && !PlainSetting.IsKnownCoin(text) && !PlainSetting.AreSymbols(text))
                    || !(shape is ValueShape.Base58Key || PlainSetting.IsCoinOrSetting(text));
            case NameKind.Seed:
                return context >= SecretContext.Vendor
                    || (text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !PlainSetting.IsCoinOrSetting(text));
            case NameKind.Short when context < SecretContext.Neighbour:
                return shape == ValueShape.Random || IsDrawnKey(text, shape);
            case NameKind.Ambiguous:
            case NameKind.Short when context >= SecretContext.Neighbour:
                if (IsPlainUrl(text) || PlainValue.IsPath(text)) return false;
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
                return (shape == ValueShape.Random && !PublicText.IsHashPath(text))
                    || (context == SecretContext.Credentials && GeneratedText.Is(text, MinGeneratedName)
                    && !IsFact(text) && !PlainValue.IsExpression(text) && !PlainValue.IsAmount(text));
            case NameKind.Identity:
                if (shape == ValueShape.Base58Key && context == SecretContext.Credentials) return false;
                return (shape == ValueShape.Random && !(context == SecretContext.None && IsUid(text)))
                    || (context == SecretContext.Credentials && !SecretShapes.IsPublicBlock(text)
                    && shape != ValueShape.Address && !UserName.IsPlain(text) && !PublicText.IsPadded(text))
                    || (context == SecretContext.Vendor && GeneratedText.Is(text, MinGeneratedIdentity))
                    || AssignedSecrets.IsChosenPair(text);
            case NameKind.Vendor:
                // An account of Solana; wallets export their keys with 64 bytes.
                if (shape == ValueShape.Base58Key || UserName.IsAccountNumber(text)) return false;
                if (shape < ValueShape.Random && IsUrl(text)) return false;
                return shape == ValueShape.Random || GeneratedText.Is(text, context switch
                {
                    SecretContext.Credentials => MinGeneratedTag,
                    SecretContext.Vendor => MinGeneratedName,
                    _ => MinGenerated,
                });
            default:
                if (shape == ValueShape.Random) return true;
                // Addresses of Solana have many names; wallets export their keys with 64 bytes.
                if (shape == ValueShape.Base58Key) return false;
                if (context == SecretContext.Credentials) return shape != ValueShape.Address && !PlainValue.Is(text) && !PublicText.IsPublicId(text)
                    && !IsQuery(text);
                return context >= SecretContext.Neighbour && shape != ValueShape.Address && !IsUrl(text) && !PublicText.Is(text)
                    && GeneratedText.Is(text, MinGenerated);
        }
    }

    /// <summary>Capitals, small letters and digits, under the first letter of a key: <c>{"k":"ohGlviodnR2zY8yUs1dU"}</c>.</summary>
    private static bool IsDrawnKey(ReadOnlySpan<byte> text, ValueShape shape) => shape == ValueShape.Plain
        && text.ContainsAnyInRange((byte)'A', (byte)'Z') && text.ContainsAnyInRange((byte)'a', (byte)'z')
        && text.ContainsAnyInRange((byte)'0', (byte)'9') && !text.ContainsAny("-_:./"u8) && GeneratedText.Is(text, MinGenerated);

    /// <summary>The number of a version or a container, and that of an account beside a key and its secret.</summary>
    private static bool IsResource(ReadOnlySpan<byte> text, NameRole role, in JudgedContainer container) => role switch
    {
        NameRole.Resource => text.Length is 32 or 40 or 64 && PublicText.IsHex(text),
        NameRole.ResourceAccount => text.Length == 32 && PublicText.IsHex(text) && container.Secrets + container.Ambiguous > 1,
        _ => false,
    };

    /// <summary>The id of a user of V2Ray, which is a UUID beside settings that nothing else has.</summary>
    private static bool IsRelayUser(ReadOnlySpan<byte> json, Span<JudgedValue> values, int parent)
    {
        for (var i = parent + 1; i < values[parent].Next && values[parent].Token == JudgedToken.Object; i = values[i].Next)
        {
            if (values[i].Role != NameRole.RelaySetting) continue;
            // An order may have a flow, a file an encryption.
            var other = json.Slice(values[i].Start, values[i].Length);
            if (values[i].Token == JudgedToken.Number || other.SequenceEqual("none"u8) || other.StartsWith("xtls-"u8)) return true;
        }
        return false;
    }

    /// <summary>64 bytes in base58, as a transaction of Solana is named.</summary>
    private static bool IsSignature(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[128];
        return text.Length is >= 86 and <= 88 && Base58.TryDecode(text, bytes, out var length) && length is 64 or 65;
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
}
