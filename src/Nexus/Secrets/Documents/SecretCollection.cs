namespace Nexus.Secrets;

/// <summary>Lists and objects that are secrets as a whole.</summary>
internal static class SecretCollection
{
    /// <summary>A list of a key, a secret and a passphrase is short.</summary>
    private const int MaxCredentialList = 8;

    /// <summary>A key as bytes or a recovery phrase, as an object with the places for names: <c>{"0":11,"1":77,…}</c>.</summary>
    public static bool IsSecretMap(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
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
                phrase.Add(SecretJudge.TextOf(json, member, scratch));
            }
            else return false;
        }
        return numbers > 0 ? bytes.IsKey : phrase.IsPhrase;
    }

    /// <summary>
    /// Whether a list is a secret as a whole: below a secret's name, a key as bytes, a recovery phrase, a key with its secret and passphrase. Others
    /// have their elements judged one by one, and so have lists with objects in them, and those with elements that are sealed already.
    /// </summary>
    public static bool IsSecretList(ReadOnlySpan<byte> json, Span<JudgedValue> values, int place, in JudgedContainer container, Utf8Buffer scratch)
    {
        ref readonly var list = ref values[place];
        if (container.Members == 0 || container.HasObject || container.HasSealed || container.HasPairs || container.IsRules) return false;
        var (texts, numbers, generated, plain, figures, paired) = (0, 0, 0, 0, 0, false);
        var (standIns, vendors, chosen, names) = (0, 0, 0, 0);
        var bytes = new ByteList();
        var phrase = new PhraseList();
        for (var i = place + 1; i < list.Next; i = values[i].Next)
        {
            ref readonly var element = ref values[i];
            paired |= element.IsPaired;
            if (element.Token == JudgedToken.Number)
            {
                numbers++;
                var number = json.Slice(element.Start, element.Length);
                if (PlainValue.IsNumber(number)) figures++;
                else if (list.Name == NameKind.Identity && UserName.IsPlain(number)) plain++;
                if (numbers <= ByteList.MaxLength) bytes.Add(number);
            }
            else if (element.Token == JudgedToken.Text && element.Length > 0)
            {
                texts++;
                var text = SecretJudge.TextOf(json, element, scratch);
                if (list.Name != NameKind.Identifier && SecretShapes.IsPrivateBlock(text)) return true;
                if (texts <= PhraseList.MaxLength) phrase.Add(text);
                if (list.Role == NameRole.NamedKey ? PlainSetting.IsMemberName(text) : PlainSetting.NamesSecret(text)) names++;
                if (texts > MaxCredentialList && list.Name < NameKind.Ambiguous && container.Context < SecretContext.Credentials) continue;
                if (PlainSetting.IsCoinOrSetting(text))
                {
                    plain++;
                    continue;
                }
                if (texts <= MaxCredentialList && list.Name == NameKind.Neutral && !text.Contains((byte)'=')
                    && SecretFields.KindOf(text) == NameKind.Vendor) vendors++;
                if (SecretJudge.IsPublicByRole(text, list.Name == NameKind.Token ? NameRole.Coins : list.Role)) plain++;
                else if (list.Role == NameRole.Coins && list.Name >= NameKind.Group) continue;
                else if (PlainSetting.IsWord(text)) plain++;
                else if (list.Name == NameKind.Identity && UserName.IsPlain(text)) plain++;
                else if (StandIn.Is(text)) (plain, standIns) = (plain + 1, standIns + 1);
                else if (list.Name == NameKind.Neutral && container.Context == SecretContext.Credentials
                    && SecretShapes.Classify(text) < ValueShape.Random && PlainValue.Is(text)) plain++;
                else if (list.Name == NameKind.Vendor && texts <= MaxCredentialList && AssignedSecrets.LooksChosen(text) && !PlainValue.Is(text)
                    && !GeneratedText.Is(text, SecretJudge.MinGenerated)) chosen++;
                else if (list.Name == NameKind.Neutral && PublicAddress.Classify(text) is ValueShape.Base58Key or ValueShape.Address) plain++;
                else if (GeneratedText.Is(text, SecretJudge.MinGenerated)
                    && (list.Name != NameKind.Vendor || PublicAddress.Classify(text) != ValueShape.Base58Key)) generated++;
            }
            else if (element.Token == JudgedToken.List) texts += values[i].Next > i + 1 ? 1 : 0;
        }
        if (texts + numbers == 0 || paired || texts + numbers == standIns) return false;
        // Of fields that are hidden in a log, of inputs of a model.
        if (numbers == 0 && texts == names && (texts > 1 || list.Role is NameRole.NamedKey or NameRole.Plural)) return false;
        // Addresses, under whatever name: accountKeys.
        if (list.Role == NameRole.Coins && numbers == 0 && texts == plain) return false;
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
