namespace Nexus.Secrets;

/// <summary>Objects whose members have names of secrets and hold none: captions of an interface, and rules for what a secret must be like.</summary>
internal static class ReadableObject
{
    /// <summary>Rules for a secret are few; more members are data.</summary>
    private const int MaxRules = 64;
    private const int MinGenerated = 12;

    /// <summary>
    /// Whether no member of an object below a secret's name can be a secret: names of settings, switches, small numbers, words of settings.
    /// </summary>
    public static bool AreRules(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, Utf8Buffer scratch)
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
                var text = SecretJudge.TextOf(json, member, scratch);
                if (isSetting ? SecretShapes.IsSecret(text) || SecretShapes.IsCardLike(text)
                    : name > NameKind.Short || !PlainSetting.IsCoinOrSetting(text)) return false;
            }
            else if (!isSetting && (member.IsContainer || member.Length > SecretJudge.MaxCount)) return false;
        }
        return true;
    }

    /// <summary>
    /// Whether an object in a list of secrets says whose secret it holds: it has a name, every other name is that of a setting or of what a secret
    /// belongs to, and one of the latter is the secret: <c>{"name":"phone","driver":"discord","webhook":"https://…"}</c>.
    /// </summary>
    public static bool IsDescribed(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
    {
        if (values[place].Token != JudgedToken.Object || container.Label < 0 || container.HasObject || container.Unknown + container.Ambiguous > 0
            || values[place].Next - place > MaxRules) return false;
        var found = false;
        for (var i = place + 1; i < values[place].Next; i = values[i].Next)
        {
            if (values[i].Token != JudgedToken.Text || values[i].Name != NameKind.Vendor) continue;
            var text = SecretJudge.TextOf(json, values[i], scratch);
            found |= SealedFormat.HasPrefix(text) || SecretShapes.IsSecret(text);
        }
        return found;
    }

    /// <summary>Under a name whose texts every version seals, a caption names the secret.</summary>
    public static bool IsCaption(in JudgedValue value, in JudgedContainer container, ReadOnlySpan<byte> text) =>
        value.IsAlwaysSealed && !container.IsNamedCaptions ? CaptionText.NamesSecret(text) : CaptionText.Is(text);

    /// <summary>
    /// Whether all members are captions, those with a secret's name captions that name one: <c>{"password":"Passwort eingeben","pin":"Ihre PIN"}</c>.
    /// One alone may be a password, unless it is below a language. There one that names its secret speaks for the others.
    /// </summary>
    public static bool AreCaptions(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
    {
        if (container.HasObject || container.HasSealed || values[place].Role != NameRole.Language && container.Members < 2) return false;
        var (isTranslation, names) = (values[place].Role == NameRole.Language && container.Members > 1, false);
        for (var i = place + 1; i < values[place].Next; i++)
        {
            ref readonly var member = ref values[i];
            if (member.Token != JudgedToken.Text) return false;
            var text = SecretJudge.TextOf(json, member, scratch);
            if (member.IsPaired && GeneratedText.Is(text, MinGenerated)) return false;
            if (member.Name < NameKind.Ambiguous ? !CaptionText.Is(text)
                : !CaptionText.NamesSecret(text)
                    && !((isTranslation || member.Name == NameKind.Ambiguous) && CaptionText.IsPhrase(text))) return false;
            names |= member.Name >= NameKind.Ambiguous && CaptionText.NamesSecret(text);
        }
        return names;
    }
}
