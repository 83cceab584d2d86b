using System.Collections.Frozen;

namespace Nexus.Secrets;

/// <summary>
/// What a name says about its value. A name is cut into words first, so that <c>binance_api_key</c>, <c>binanceApiKey</c> and <c>BINANCE-API-KEY</c>
/// are one; each word has a meaning (<see cref="NameLexicon"/>), and the meanings together decide. The order of words differs between languages, so
/// it counts only where it must.
/// </summary>
internal static partial class SecretNames
{
    /// <summary>
    /// Any <c>something_key</c> is a secret (exchanges and services are too many to list) but for these, which name something that identifies or
    /// opens nothing: <c>sort_key</c>, <c>primary_key</c>.
    /// </summary>
    private static readonly FrozenSet<string> HarmlessKeys = Words("""
        public primary foreign partition sort cache group hash range unique index lookup map dict row column table field record object parent child
        root composite natural surrogate candidate shard routing dedup dedupe idempotency correlation lock redis storage bucket file
        job task event message metric label tag lang language locale translation i18n name display order filter search join
        instrument contract segment scrip underlying
        symbol asset pair ticker coin market strategy timeframe interval indicator signal position trade config setting settings option param
        parameter
        strikes strike times time dates zones areas prices price figures events event risk risks drivers stats stat
        ignore ignored exclude excluded include included required allowed expected unknown missing valid known hidden extra sensitive forbidden
        redact redacted mask masked scrub scrubbed censor censored sanitize sanitise sanitized hide filtered
        conduit music musical piano minor major
        panic toggle buy sell close cancel flatten by text string menu node element attribute property component css style emoji
        feature flag state session chat user hot shortcut menu button callback keyboard data json enum registry path log logging counter alarm
        pix primaria foranea orden indice ordenacion primaire cle_de_tri grouping aggregation topic reduce level levels pivot
        limit limiter ratelimit throttle throttling support supports resistance resistances area zone zones pivots demand
        embedding embed vector content body payload prompt response answer output document image attention
        """);

    /// <summary>Coins and flows, not credentials: <c>base_token: "ETH"</c>.</summary>
    private static readonly FrozenSet<string> HarmlessTokens =
        Words("base quote native gas fee reward lp input output buy sell stable wrapped governance staking trading settlement collateral margin " +
            "stop start end special unknown mask sep completion prompt " +
            "from to in out instrument scrip symbol contract underlying erc20 eos bos pad unk cls sep spl meme utility hot cold yield target new " +
            "top trending watch snipe sniped best bought sold held nuevo novo");
    /// <summary>Behind a token or key they name what is done with it: <c>token_refresh: auto</c>.</summary>
    private static readonly FrozenSet<string> Processes = Words("refresh verification verify signing encryption decryption");
    private static readonly FrozenSet<string> HarmlessSeeds = Words("grid random rng np numpy torch shuffle backtest simulation noise");
    /// <summary>Keys that are numbers of requests and records, random by nature.</summary>
    private static readonly FrozenSet<string> IdKeys = Words("idempotency dedup dedupe correlation cache lock partition routing shard site");

    /// <summary>Tokens that say where the next page begins.</summary>
    private static readonly FrozenSet<string> PageTokens = Words("page next prev previous continuation pagination sync resume cursor scroll");

    /// <summary>What keys of tables are for, in other languages.</summary>
    private static readonly FrozenSet<string> RecordKeys = Words("primaria primarias foranea foraneas orden ordenacion indice indices unica " +
        "unicas particion ordem estrangeira primaire ordenacao ordenamiento ordenamento " +
        "tri classement triage ordinamento sortierung sortierungs sortowania siralama sortirovki " +
        "сортировки сортування sortering index particao partition cache busqueda busca recherche ricerca suche filtro filtre gruppierung " +
        "agrupacion agrupamento groupe grupo gruppo esterna etrangere etrangeres sap xep " +
        "estrategia estrategias mercado mercados simbolo simbolos par pares senal senales sinal sinais indicador indicadores posicion posicao");
    private static readonly FrozenSet<string> HarmlessCodes = Words("postal promo country zip area dial dialing status error exit currency coupon " +
        "referral " +
        "exchange asset symbol instrument market airport invite region language lang qr bar color iso http op product stock ticker discount gift " +
        "response return result state city plz reason event close affiliate invite partner aff ref rebate signup agent");
    private static readonly FrozenSet<string> HarmlessPasses = Words("season battle boarding map gpio drop chat message high low band all by " +
        "second first gpio led number of test multi two one");
    /// <summary>In languages that put the noun first, these in front of a secret's name ask for something about it: <c>nombre_token</c>.</summary>
    private static readonly FrozenSet<string> LeadingAspects = Words("""
        nombre nom nome tipo fecha longitud largo cantidad limite vigencia caducidad vencimiento politica formato ruta archivo descripcion
        etiqueta estado precio idioma quantidade validade tamanho prazo longueur duree taille date etat prix lunghezza scadenza stato prezzo
        imya tip dlina srok status kolichestvo nazvanie tsena cena format имя тип длина срок статус дата количество название цена формат адрес
        nazwa typ dlugosc termin
        """);

    /// <summary>Before them stands what a name is about, behind them what for: <c>pin_para_retirar</c>.</summary>
    private static readonly FrozenSet<string> Prepositions =
        Words("for of to para por pour per fur von zum zur de del da do di du na dla для от на к voor za untuk cho");
    private static readonly FrozenSet<string> Privates = Words("private priv privada privado privee prive privato privata");
    private static readonly FrozenSet<string> LoneSecrets =
        Words("private priv privada privado privee prive privato privata backup recovery unlock login api security assinatura");

    /// <summary>
    /// Beside a word for key they make an expression that has nothing to do with secrets: key levels, <c>palabras clave</c>, Schlüsselwörter.
    /// </summary>
    private static readonly FrozenSet<string> KeyNouns = Words("""
        niveles nivel niveis niveaux niveau livelli livello level levels marken marke niveaus poziomy poziom seviyeler seviye urovni уровни уровень
        рівні
        palabra palabras palavra palavras mot mots parola parole wort worter woerter kelime kelimeler slowo slowa slova слово слова word words
        zonas zona zones zone punto puntos pontos points punti punkte puntje stellen bereiche aspect metric metrics metricas factor factors factores
        kennzahlen
        mes mois monat mese month semana semaine woche settimana week ano jahr anno year exito erfolg succes success
        dias dia jours jour tage tag giorni giorno dni gunler days day horas heures stunden ore hours fechas fecha datas dates date daten termine
        rango rangos range ranges faixa faixas bereich intervalle intervallo gamme aralik aralik aralig diapazon диапазон диапазона
        precios precio precos prix preise prezzi prezzo ceny eventos evento evenements eventi ereignisse wydarzenia events ideas idees ideen idee
        soportes suportes supports resistencias resistances indicadores indicateurs indikatoren indicatori datos dados donnees dati
        """);

    private static readonly FrozenSet<string> KeyWords =
        Words("clave claves llave llaves chave chaves cle cles clef clefs chiave chiavi schlussel schluessel kluczowe klucz " +
            "anahtar anahtari sleutel klyuch ключ ключевые ключевой ключевая klyuchevye kljucne khoa");

    /// <summary>Words that are misspelt now and then, none of which has a neighbour that means something else.</summary>
    private static readonly string[] OftenMisspelt =
        ["password", "passphrase", "passcode", "secret", "apikey", "apisecret", "privatekey", "secretkey", "accesskey", "mnemonic",
         "credentials", "contrasena", "passwort", "accesstoken"];

    private static readonly FrozenSet<string> Articles =
        Words("the a an my our your this for of mi o os lo le les der die das el la tu su mon ma votre mein meine il mia meu minha");

    /// <summary>Whether a word of a text means a secret or a key, as it stands in captions and placeholders.</summary>
    public static bool IsSensitiveWord(string word)
    {
        var concept = NameLexicon.Find(word);
        if (concept == NameConcept.None && NameLexicon.Cut(word) is { } cut) return cut.Exists(piece => IsSensitive(NameLexicon.Find(piece)));
        return IsSensitive(concept) || concept == NameConcept.Session || (concept == NameConcept.None && NameLexicon.EndsAsSecret(word));
    }

    /// <summary>Whether the word stands between a name and what it is for.</summary>
    public static bool IsPreposition(string word) => Prepositions.Contains(NameFolding.Fold(word).ToLowerInvariant());

    /// <summary>Whether the word is an article or says whose.</summary>
    public static bool IsArticle(string word) => Articles.Contains(word);

    /// <summary>Whether any words of a text mean a secret or a key.</summary>
    public static bool NamesSecret(string text)
    {
        var words = NameWords.Split(text);
        Join(words);
        return words.Exists(word => IsSensitiveWord(word) || NameLexicon.BeginsAsSecret(word));
    }

    /// <summary>What a field of this name holds.</summary>
    public static NameKind Classify(string name)
    {
        // The letters of a UUID make no words.
        if (Guid.TryParseExact(name, "D", out _)) return NameKind.Neutral;
        // What an oracle or an exchange calls a pair: BTC/USD.
        if (name.Contains('/', StringComparison.Ordinal) && PlainSetting.IsCoinOrSetting(System.Text.Encoding.UTF8.GetBytes(name)))
            return NameKind.OnChain;
        var folded = NameFolding.Fold(name);
        var kind = ClassifyWords(folded);
        if (kind >= NameKind.Group || name.Length == 0) return kind;
        if (!System.Text.Ascii.IsValid(folded) && NameLexicon.FindInside(folded) is var inside && inside > kind) kind = inside;
        // Other readings may find a secret, never less: look-alikes of other scripts, letters of mixed case, digits for letters.
        if (NameFolding.Romanise(folded) is { } latin) (kind, folded) = (Worse(kind, ClassifyWords(latin)), latin);
        if (kind == NameKind.Neutral && folded.ToLowerInvariant() is var lower && lower != folded) kind = Worse(kind, ClassifyWords(lower));
        if (kind is NameKind.Innocent or NameKind.OnChain or NameKind.Identifier) return kind;
        if (kind < NameKind.Token && NameFolding.Unleet(folded, 'i') is { } leet) kind = Worse(kind, ClassifyWords(leet));
        if (kind < NameKind.Token && NameFolding.Unleet(folded, 'l') is { } other) kind = Worse(kind, ClassifyWords(other));
        return kind;
    }

    private static NameKind Worse(NameKind kind, NameKind other) => other >= NameKind.Ambiguous && other > kind ? other : kind;

    private static NameKind ClassifyWords(string name)
    {
        var words = new List<string>();
        foreach (var word in NameWords.Split(name))
        {
            if (NameLexicon.Find(word) == NameConcept.None && NameLexicon.Cut(word) is { } cut) words.AddRange(cut);
            else words.Add(word);
        }
        Join(words);
        var concepts = new List<NameConcept>(words.Count);
        foreach (var word in words)
        {
            var concept = NameLexicon.Find(word);
            if (concept == NameConcept.None && IsMisspelt(word)) concept = NameConcept.Secret;
            if (concept == NameConcept.None && NameLexicon.EndsAsSecret(word)) concept = word.EndsWith("token", StringComparison.Ordinal)
                ? NameConcept.Token : NameConcept.Secret;
            if (concept == NameConcept.None && NameLexicon.BeginsAsPassword(word)) concept = NameConcept.Secret;
            concepts.Add(concept);
        }
        if (words.Count is 2 or 3 && IsMisspelt(string.Concat(words)) && !concepts.Contains(NameConcept.Innocent)) return NameKind.Secret;
        return words.Count == 0 ? NameKind.Neutral : Judge(words, concepts);
    }

    /// <summary>One letter too many, too few or other than it should be, or two that changed places: <c>passwrod</c>, <c>apiKye</c>.</summary>
    private static bool IsMisspelt(string word)
    {
        foreach (var meant in OftenMisspelt)
        {
            if (Math.Abs(word.Length - meant.Length) <= 1 && word.Length > 5 && IsOneEditAway(word, meant)) return true;
        }
        return false;
    }

    private static bool IsOneEditAway(string word, string meant)
    {
        var same = word.AsSpan().CommonPrefixLength(meant);
        var left = word.AsSpan(same);
        var right = meant.AsSpan(same);
        if (left.Length == right.Length)
        {
            return left.Length > 0
                && (left[1..].SequenceEqual(right[1..])
                    || (left.Length > 1 && left[0] == right[1] && left[1] == right[0] && left[2..].SequenceEqual(right[2..])));
        }
        return left.Length > right.Length ? left[1..].SequenceEqual(right) : left.SequenceEqual(right[1..]);
    }

    /// <summary>Two or three words that mean something together: <c>mot de passe</c>, <c>card number</c>.</summary>
    private static void Join(List<string> words)
    {
        for (var i = 0; i < words.Count - 1; i++)
        {
            for (var count = Math.Min(3, words.Count - i); count >= 2; count--)
            {
                var joined = string.Concat(words.Skip(i).Take(count));
                if (joined.Length > 24 || NameLexicon.FindExact(joined) is NameConcept.None or NameConcept.Qualifier) continue;
                words[i] = joined;
                words.RemoveRange(i + 1, count - 1);
                break;
            }
        }
    }

    private static NameKind Judge(List<string> words, List<NameConcept> concepts)
    {
        while (words.Count > 1 && Articles.Contains(words[0]))
        {
            words.RemoveAt(0);
            concepts.RemoveAt(0);
        }
        if (words.Exists(KeyNouns.Contains) && words.Exists(KeyWords.Contains)
            && (words.Count == 2 || (words.Count == 3 && Prepositions.Contains(words[1])))) return NameKind.Innocent;
        if (IsRecordKey(words)) return NameKind.Innocent;
        // checksum/config, checksum/secret: annotations of Kubernetes.
        if (words.Count > 1 && words[0] == "checksum") return NameKind.Identifier;
        // Which one, where it is used and in which form says nothing: telegram_token_test, api_key_binance, private_key_pem.
        var vendors = concepts.Contains(NameConcept.Vendor);
        while (words.Count > 1 && concepts[^1] is NameConcept.Qualifier or NameConcept.Vendor && concepts.Take(concepts.Count - 1).Any(IsSensitive))
        {
            words.RemoveAt(words.Count - 1);
            concepts.RemoveAt(concepts.Count - 1);
        }
        while (words.Count > 1 && concepts[^1] == NameConcept.Qualifier)
        {
            words.RemoveAt(words.Count - 1);
            concepts.RemoveAt(concepts.Count - 1);
        }
        if (JudgeHead(words, concepts) is { } head) return head;
        if (words.Count > 1 && !concepts.Exists(IsSensitive) && (LeadingAspects.Contains(words[0])
            || (concepts[0] == NameConcept.Innocent && Prepositions.Contains(words[1])))) return NameKind.Innocent;
        var last = concepts[^1];
        var before = words.Count > 1 ? words[^2] : null;
        var sensitive = concepts.Any(IsSensitive);
        if (words.Count > 1 && sensitive && LeadingAspects.Contains(words[0])) return NameKind.Innocent;
        // The number of a chain, the name of a network; keyLast4, passwordMin.
        if (words.Count > 2 && last == NameConcept.Id && concepts[^2] is NameConcept.Innocent or NameConcept.OnChain)
            return sensitive ? NameKind.Innocent : NameKind.Identifier;
        if (last == NameConcept.Question && (sensitive || words.Count == 1 || words[^1] == "prompt")) return NameKind.Innocent;
        if (sensitive && words.Count > 1 && words[^1] is "ref" or "reference" or "arn") return NameKind.Innocent;
        // Contracts know who referred whom by 32 bytes.
        if (last == NameConcept.Phrase && before is "referral" or "affiliate") return NameKind.OnChain;
        if (last == NameConcept.Phrase && before is not null && HarmlessCodes.Contains(before)) return NameKind.Innocent;
        // PagerDuty's and that of a live stream are secrets, those of RabbitMQ and Redis are made of words.
        if (last == NameConcept.Key && before is "routing" or "stream") return NameKind.Ambiguous;
        if (last == NameConcept.Key && before is not null && IdKeys.Contains(before)) return NameKind.Identifier;
        if (last == NameConcept.Aspect && concepts.Contains(NameConcept.Identifier)) return NameKind.Identifier;
        // An exchange's secret in short; seconds of an exchange have a name in between.
        if (words.Count == 2 && words[1] == "sec" && concepts[0] == NameConcept.Vendor) return NameKind.Ambiguous;
        if (words is ["sec"]) return NameKind.Short;
        if (last == NameConcept.OnChain || (words.Count == 1 && words[0] == "hash")) return NameKind.OnChain;
        if (words.Count > 1 && ((sensitive && (concepts[0] == NameConcept.Question || words[0] == "ask")) || last == NameConcept.Innocent
            || (sensitive && last == NameConcept.Aspect))) return NameKind.Innocent;
        // The word for a key is that for a password in Spanish: clave_publica.
        if (concepts.Contains(NameConcept.Public) && words.Exists(word => word is "clave" or "claves") && concepts.TrueForAll(concept =>
            concept is NameConcept.Public or NameConcept.Secret or NameConcept.Vendor) && words.Count == 2 + concepts.Count(concept =>
            concept == NameConcept.Vendor)) return NameKind.Identifier;
        if (concepts.Contains(NameConcept.Secret)) return NameKind.Secret;
        if (concepts.Contains(NameConcept.Group)) return NameKind.Group;
        var opener = concepts.Contains(NameConcept.Opener) || concepts.Contains(NameConcept.Auth);
        if (words.Count > 1 && last == NameConcept.Identifier && !(opener && concepts.Contains(NameConcept.Key))) return NameKind.Identifier;
        if (concepts.Contains(NameConcept.Key)) return JudgeKey(words, concepts, last, before, opener, vendors);
        if (concepts.Contains(NameConcept.Session) && words.Count > 1 && last is NameConcept.Id or NameConcept.Token) return NameKind.Secret;
        if (concepts[0] == NameConcept.Token && last == NameConcept.Session
            && (words.Count == 2 || (words.Count == 3 && Prepositions.Contains(words[1]))))
            return NameKind.Secret;
        if (concepts.Contains(NameConcept.Token)) return JudgeToken(words, last, before, opener);
        if (concepts.Contains(NameConcept.Seed)) return JudgeSeed(concepts, last, before);
        if (concepts.Contains(NameConcept.Phrase)) return JudgePhrase(concepts, last, opener, vendors);
        if (words[^1] is "tag" or "tags" && !sensitive) return words.Count == 1 ? NameKind.Innocent : NameKind.Identifier;
        return last switch
        {
            NameConcept.Last => before is not null && HarmlessPasses.Contains(before) ? NameKind.Innocent : NameKind.Secret,
            NameConcept.Auth => NameKind.Token,
            NameConcept.Ambiguous when concepts.Contains(NameConcept.Identifier) => NameKind.Identifier,
            NameConcept.Ambiguous => vendors ? NameKind.Secret : NameKind.Ambiguous,
            NameConcept.Id when before is "app" or "bot" or "server" or "webhook" or "admin" or "root" => NameKind.Identifier,
            NameConcept.Id => opener ? NameKind.Identity : NameKind.Identifier,
            NameConcept.Identity => NameKind.Identity,
            NameConcept.Identifier => NameKind.Identifier,
            NameConcept.Innocent => NameKind.Innocent,
            NameConcept.Opener when words.Count > 1 && concepts[^2] == NameConcept.Opener && Privates.Contains(words[^1]) => NameKind.Secret,
            NameConcept.Opener when LoneSecrets.Contains(words[^1]) => words.Count == 1 ? NameKind.Ambiguous : NameKind.Vendor,
            // The program itself, not an account.
            NameConcept.Opener => words[^1] is "bots" or "deploy" ? NameKind.Neutral : NameKind.Vendor,
            NameConcept.Public => NameKind.Identity,
            NameConcept.Short when concepts.TrueForAll(concept => concept is NameConcept.Short or NameConcept.Vendor or NameConcept.Opener) =>
                NameKind.Short,
            _ when concepts.Contains(NameConcept.Identifier) && !sensitive => NameKind.Identifier,
            _ => !vendors ? NameKind.Neutral : words.Count > 1 && words.Exists(MoveChains.Contains) && concepts.TrueForAll(concept =>
                concept == NameConcept.Vendor) ? NameKind.OnChain : NameKind.Vendor,
        };
    }

    /// <summary><c>clave_primaria</c>, <c>cle_de_tri</c>, <c>siralama_anahtari</c>: a word for key and what the key of a table is for.</summary>
    private static bool IsRecordKey(List<string> words) => words.Count is 2 or 3 && words.Exists(RecordKeys.Contains)
        && words.Exists(word => KeyWords.Contains(word)) && words.TrueForAll(word => RecordKeys.Contains(word) || KeyWords.Contains(word)
            || Prepositions.Contains(word));

    /// <summary><c>pin_para_retirar</c>: what stands before the preposition decides, where it is a secret.</summary>
    private static NameKind? JudgeHead(List<string> words, List<NameConcept> concepts)
    {
        var at = words.FindIndex(1, Math.Max(0, words.Count - 2), Prepositions.Contains);
        if (at < 1 || !concepts.Take(at).Any(concept => concept is NameConcept.Secret or NameConcept.Last)) return null;
        return Judge(words.GetRange(0, at), concepts.GetRange(0, at)) is NameKind.Secret ? NameKind.Secret : null;
    }

    private static NameKind JudgeKey(List<string> words, List<NameConcept> concepts, NameConcept last, string? before, bool opener, bool vendors)
    {
        if (concepts.Contains(NameConcept.Public) && !words.Contains("api")) return NameKind.Identifier;
        if (opener) return Processes.Contains(words[^1]) ? NameKind.Ambiguous : NameKind.Secret;
        if (last == NameConcept.Key && before is not null)
        {
            if (HarmlessKeys.Contains(before) || concepts[^2] is NameConcept.Question) return NameKind.Innocent;
            return IsEnglishKey(words[^1]) || concepts[^2] != NameConcept.Innocent ? NameKind.Secret : NameKind.Innocent;
        }
        if (vendors || concepts.Contains(NameConcept.Seed)) return last == NameConcept.Id ? NameKind.Ambiguous : NameKind.Secret;
        if (concepts[0] == NameConcept.Key && words.Count > 1 && HarmlessKeys.Contains(words[^1])) return NameKind.Innocent;
        if (last == NameConcept.Key && !IsEnglishKey(words[^1])) return NameKind.Token;
        if (concepts[0] == NameConcept.Key && !IsEnglishKey(words[0])) return NameKind.Token;
        return last is NameConcept.Key or NameConcept.Id || concepts[0] == NameConcept.Key ? NameKind.Ambiguous : NameKind.Neutral;
    }

    private static bool IsEnglishKey(string word) => word is "key" or "keys";

    private static NameKind JudgeToken(List<string> words, NameConcept last, string? before, bool opener)
    {
        if (before is not null && last == NameConcept.Token && PageTokens.Contains(before)) return NameKind.Identifier;
        if (before is not null && last == NameConcept.Token && HarmlessTokens.Contains(before)) return NameKind.Innocent;
        // When coins come on the market, and who made them.
        if (words[0] is "token" or "tokens" && words[^1] is "unlock" or "unlocks" or "deploy" or "deploys") return NameKind.Innocent;
        if (opener && last is not NameConcept.Identifier) return Processes.Contains(words[^1]) ? NameKind.Ambiguous : NameKind.Secret;
        if (last == NameConcept.Id) return NameKind.Identifier;
        if (last != NameConcept.Token) return NameKind.Neutral;
        return words[^1].EndsWith("tokens", StringComparison.Ordinal) ? NameKind.Ambiguous : NameKind.Token;
    }

    private static NameKind JudgeSeed(List<NameConcept> concepts, NameConcept last, string? before)
    {
        if (concepts.Contains(NameConcept.Phrase)) return NameKind.Secret;
        if (last != NameConcept.Seed) return NameKind.Neutral;
        return before is not null && HarmlessSeeds.Contains(before) ? NameKind.Innocent : NameKind.Seed;
    }

    private static NameKind JudgePhrase(List<NameConcept> concepts, NameConcept last, bool opener, bool vendors)
    {
        if (opener || vendors || concepts.Contains(NameConcept.Last)) return NameKind.Secret;
        if (last != NameConcept.Phrase) return NameKind.Neutral;
        return concepts.Count == 1 ? NameKind.Ambiguous : concepts[^2] == NameConcept.Innocent ? NameKind.Innocent : NameKind.Neutral;
    }

    private static bool IsSensitive(NameConcept concept) =>
        concept is NameConcept.Secret or NameConcept.Group or NameConcept.Key or NameConcept.Token or NameConcept.Seed or NameConcept.Phrase
            or NameConcept.Last or NameConcept.Auth;

    private static FrozenSet<string> Words(string list) =>
        list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
