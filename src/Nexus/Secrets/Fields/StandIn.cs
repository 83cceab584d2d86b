using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// What stands in a secret's place without being one: a reference to where the secret is kept, a text to be replaced, a value that somebody masked.
/// </summary>
internal static class StandIn
{
    private const int MaxLength = 256;

    /// <summary>What a masked value still shows, at most.</summary>
    private const int MaxShown = 12;

    private const int MaxWords = 48;
    private const int MinHidden = 3;
    private const int MinRun = 6;

    private static readonly SearchValues<byte> VariableLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);
    private static readonly SearchValues<byte> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:#@+"u8);

    private static readonly SearchValues<byte> Signs = SearchValues.Create("$%<{[*.!:_-xX (#\u2022\u2026"u8);

    private static readonly SearchValues<byte> StoreSigns = SearchValues.Create(":./[( "u8);

    /// <summary>Where secrets are kept: the name of a store and its sign, then a path.</summary>
    private static readonly byte[][] Stores = Make("""
        env: env. env:// env/ $env: process.env. vault: vault:// ref+ op:// ssm: ssm:// aws-ssm: awssm: asm:// aws-sm:// aws-secretsmanager: gcp-sm://
        gcpsm:// sm:// arn:aws:secretsmanager: arn:aws:ssm: azurekv:// akv:// keyvault: secretref: secretkeyref: secret:// secrets. keyring: keychain:
        doppler: doppler:// infisical: bw:// bitwarden: pass:// file:/ file:./ file:// /run/secrets/ /etc/secrets/ /var/run/secrets/ k8s: sops:
        chamber:
        docker-secret: lastpass: 1password:
        """);

    /// <summary>How programs ask for them.</summary>
    private static readonly byte[][] Calls = Make("""
        os.environ os.getenv( getenv( process.env. import.meta.env. deno.env. system.getenv( environment.getenvironmentvariable( env[ env( env.
        env::var(
        !env !secret !vault !sops @microsoft.keyvault( get_secret( getsecret( secrets.get( secrets[ config. config[ cfg. settings. self. this. args.
        params.
        std::env syminfo. input. options. opts. ctx.
        """);

    private static readonly FrozenSet<string> Requests = Words("""
        your yours you tu tus su sus vuestra vuestro votre vos ihr ihre dein deine deinen seu sua teu tua vostra vostro tuo il_tuo uw jouw twoj
        twoje wasz ваш ваша
        ваше ваши твой твоя vash vasha tvoi tvoy sizin senin anda
        send type repeat confirm choose forgot wrong invalid missing saved required give introduce escribe repite envia manda informe confirmar
        confirma
        saisir tapez confirmez wiederholen bestatigen ripeti conferma powtorz повторите отправьте
        here aqui hier ici qui aca здесь сюда zdes tutaj buraya
        change changeme replace replaceme insert enter paste put fill set add changeit update override cambiar cambia cambiame reemplazar ingresa
        ingrese
        introduce pon poner coloca insira digite coloque remplacer entrez inserer einfugen eingeben ersetzen inserisci sostituisci вставьте введите
        замените
        vstavte vvedite
        placeholder example sample dummy fake todo tbd fixme redacted removed hidden masked omitted censored notset unset missing undefined ejemplo
        exemplo
        exemple beispiel esempio oculto versteckt
        """);

    /// <summary>Whole texts that say that there is nothing.</summary>
    private static readonly FrozenSet<string> Nothing = Words("""
        todo tbd fixme xxx n/a na none null nil undefined redacted placeholder changeme replaceme hidden masked dummy example sample unset missing
        notset
        empty blank notconfigured notprovided
        """);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NothingBySpan = Nothing.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string> Places =
        Words("vault env environment environ keychain keyring dotenv kms hsm bitwarden keepass secretsmanager secretmanager wallet_app");

    private static readonly FrozenSet<string> Links = Words("via from in see by stored loaded managed set kept read the use used at on file " +
        "variable variables os");

    private static readonly string[] UngappedRequests =
        ["请", "請", "输入", "輸入", "填写", "填寫", "填入", "你的", "您的", "替换", "这里", "此处", "あなた", "ここ", "入力", "입력", "여기", "당신", "귀하"];

    /// <summary>Whether the whole value is one.</summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 2 or > MaxLength) return false;
        if (IsNothing(text) || KeyStroke.IsCombination(text)) return true;
        return (text.IndexOfAny(Signs) >= 0 && (IsReference(text) || IsMasked(text))) || IsRequest(text);
    }

    /// <summary><c>${VAR}</c>, <c>%VAR%</c>, <c>{{ secrets.x }}</c>, <c>vault:path#key</c>, <c>os.environ["X"]</c>.</summary>
    public static bool IsReference(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 3 or > MaxLength) return false;
        switch (text[0])
        {
            case (byte)'$':
                if (text[1] == '{' || text[1] == '(') return text[^1] is (byte)'}' or (byte)')' && IsReadableArgument(text[1..]);
                var variable = text[1..];
                return variable.Length >= 3 && !variable.ContainsAnyExcept(VariableLetters) && (variable.Contains((byte)'_')
                    || !variable.ContainsAnyInRange((byte)'0', (byte)'9')) && char.IsAsciiLetterUpper((char)variable[0]);
            case (byte)'%':
                return text[^1] == '%' && !text[1..^1].ContainsAnyExcept(VariableLetters);
            case (byte)'{':
                return text.StartsWith("{{"u8) && text.EndsWith("}}"u8) && IsReadableArgument(text);
            case (byte)'<':
                return text[^1] == '>' && IsNamed(text[1..^1]);
            case (byte)'[':
                return text[^1] == ']' && IsNamed(text[1..^1]);
            case (byte)'(':
                return text[^1] == ')' && IsNamed(text[1..^1]);
            // The name of a header: OK-ACCESS-PASSPHRASE, X-Api-Key.
            case >= (byte)'A' and <= (byte)'Z' when text.Contains((byte)'-') && IsHeader(text):
                return true;
            // The name of a variable: BINANCE_API_SECRET.
            case >= (byte)'A' and <= (byte)'Z' when !text.ContainsAnyExcept(VariableLetters) && text.Contains((byte)'_')
                && !text.ContainsAnyInRange((byte)'0', (byte)'9'):
                return SecretNames.NamesSecret(Encoding.ASCII.GetString(text).ToLowerInvariant());
            // What a secret must look like: ^[A-Za-z0-9]{64}$.
            case (byte)'^':
                return text[^1] == '$' && text.ContainsAny("[\\."u8) && text.ContainsAny("{+*"u8);
            case (byte)'_' or (byte)'#' or (byte)'@' when text[^1] == text[0] && text.Trim("_#@{}"u8) is { Length: > 3 } name:
                return !name.ContainsAnyExcept(VariableLetters) && name.ContainsAnyInRange((byte)'A', (byte)'Z');
            default:
                return IsStored(text);
        }
    }

    private static bool IsHeader(ReadOnlySpan<byte> text)
    {
        var isCustom = text.StartsWith("X-"u8);
        foreach (var c in text)
        {
            if (c is not ((>= (byte)'A' and <= (byte)'Z') or (byte)'-') && !(isCustom && char.IsAsciiLetterLower((char)c))) return false;
        }
        return SecretNames.NamesSecret(Encoding.ASCII.GetString(text).ToLowerInvariant());
    }

    private static bool IsStored(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(StoreSigns) < 0) return false;
        Span<byte> head = stackalloc byte[48];
        var length = Math.Min(head.Length, text.Length);
        Ascii.ToLower(text[..length], head, out var written);
        head = head[..written];
        // The name of a secret in a cloud's store ends in letters drawn at random.
        if (head.StartsWith("arn:aws"u8)) return !text.ContainsAnyExcept(PathCharacters);
        if (head.StartsWith("projects/"u8) && text.IndexOf("/secrets/"u8) > 0) return IsReadableArgument(text);
        foreach (var call in Calls)
        {
            if (head.StartsWith(call)) return IsReadableArgument(text[call.Length..]);
        }
        foreach (var store in Stores)
        {
            if (head.StartsWith(store)) return text.Length > store.Length && !text.ContainsAnyExcept(PathCharacters)
                && text[store.Length..].IndexOf("@"u8) < 0 && IsReadableArgument(text[store.Length..]);
        }
        return false;
    }

    /// <summary>A path or a name in readable words, perhaps quoted and in brackets.</summary>
    private static bool IsReadableArgument(ReadOnlySpan<byte> text)
    {
        foreach (var range in text.SplitAny("/._-:#\"'()[]{} ,@+="u8))
        {
            if (!ReadablePiece.Is(text[range]) && !GeneratedText.IsUuid(text[range])) return false;
        }
        return true;
    }

    /// <summary><c>aB3d****Xy9Z</c>, <c>sk-…abcd</c>, <c>xxxxxxxx</c>, <c>sk-xxxxxxxxxxxx</c>.</summary>
    private static bool IsMasked(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAnyExcept("\u2022\u25CF\u2026 "u8)) return true;
        if (text.IndexOf("***"u8) >= 0 || text.IndexOf("\u2022\u2022\u2022"u8) >= 0 || text.IndexOf("\u2026"u8) >= 0 || text.IndexOf("..."u8) >= 0)
        {
            var hidden = text.Count((byte)'*') + text.Count((byte)'.') + (text.Count("\u2022"u8) + text.Count("\u2026"u8)) * 3;
            var shown = text.Length - hidden;
            // Stars alone claim to be a mask of Nexus.
            return hidden >= MinHidden && shown is > 0 and <= MaxShown && (text.Count((byte)'.') == 0 || shown <= MaxShown - 2)
                && !text.Contains((byte)' ');
        }
        var x = text.LastIndexOf("xxxxxx"u8) >= 0 ? (byte)'x' : text.LastIndexOf("XXXXXX"u8) >= 0 ? (byte)'X' : (byte)0;
        if (x != 0) return text.Count(x) >= Math.Max(MinRun, text.Length / 2) && text.Length - text.Count(x) <= MaxShown;
        // Only crosses and what groups them: xxx, xxxx-xxxx.
        return text.Length >= MinHidden && !text.ContainsAnyExcept("xX-_ "u8) && text.Count((byte)'x') + text.Count((byte)'X') >= MinHidden;
    }

    /// <summary>
    /// <c>YOUR_API_KEY_HERE</c>, <c>tu clave aquí</c>, <c>replace-me</c>: words only, of which one asks and another names a secret, or one is a
    /// placeholder's own word.
    /// </summary>
    private static bool IsRequest(ReadOnlySpan<byte> text)
    {
        if (!Ascii.IsValid(text) && IsUngappedRequest(text)) return true;
        if (text.Length is < 5 or > 80 || text.ContainsAny("=@:"u8) || text.ContainsAnyInRange((byte)'0', (byte)'9')) return false;
        var words = NameWords.Split(NameFolding.Fold(Encoding.UTF8.GetString(text)));
        if (words.Count is < 2 or > 10) return words.Count == 1 && Nothing.Contains(words[0]);
        // See vault, set via env.
        if (words.Exists(Places.Contains) && words.TrueForAll(word => Places.Contains(word) || Links.Contains(word))) return true;
        var (asks, names, unknown) = (false, false, 0);
        foreach (var word in words)
        {
            var isRequest = Requests.Contains(word);
            asks |= isRequest;
            if (!isRequest && word.Length > 2 && NameLexicon.Find(word) == NameConcept.None && ++unknown > 1) return false;
            names |= word == "me" || word is "this" or "it" || (!isRequest && SecretNames.IsSensitiveWord(word));
            if (word.Length > 20) return false;
        }
        return asks && names;
    }

    /// <summary>Chinese, Japanese, Korean.</summary>
    private static bool IsUngappedRequest(ReadOnlySpan<byte> text)
    {
        var name = Encoding.UTF8.GetString(text);
        return UngappedRequests.Any(word => name.Contains(word, StringComparison.Ordinal)) && NameLexicon.FindInside(name) >= NameKind.Token;
    }

    /// <summary>What is in brackets names a secret or asks for one: <c>&lt;API_TOKEN&gt;</c>, <c>[redacted]</c>.</summary>
    private static bool IsNamed(ReadOnlySpan<byte> text) => IsWords(text) && NameWords.Split(NameFolding.Fold(Encoding.UTF8.GetString(text)))
        .Exists(word => Requests.Contains(word) || Nothing.Contains(word) || SecretNames.IsSensitiveWord(word));

    /// <summary>Letters, spaces and hyphens, no key: <c>your secret</c>, <c>API_TOKEN</c>.</summary>
    private static bool IsWords(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MaxWords) return false;
        foreach (var range in text.SplitAny(" _-.:/"u8))
        {
            if (!ReadablePiece.Is(text[range]) && !text[range].ContainsAnyInRange((byte)0x80, (byte)0xFF)) return false;
        }
        return !text.ContainsAny("=@$!"u8);
    }

    /// <summary>Without what stands between the words: <c>not set</c>, <c>change-me</c>.</summary>
    private static bool IsNothing(ReadOnlySpan<byte> text)
    {
        if (text.Length > 16) return false;
        Span<char> compact = stackalloc char[16];
        var length = 0;
        foreach (var c in text)
        {
            if (c is (byte)' ' or (byte)'-' or (byte)'_') continue;
            if (c >= 0x80) return false;
            compact[length++] = char.ToLowerInvariant((char)c);
        }
        return NothingBySpan.Contains(compact[..length]);
    }

    private static FrozenSet<string> Words(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(word => NameFolding.Fold(word)).ToFrozenSet(StringComparer.Ordinal);

    private static byte[][] Make(string list) =>
        [.. list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Encoding.ASCII.GetBytes)];
}
