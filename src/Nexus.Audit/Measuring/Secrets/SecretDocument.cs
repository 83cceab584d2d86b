using System.Text.Json;

namespace Nexus.Audit;

/// <summary>
/// Looks for secrets in a document: by the names above a value, by its neighbours (<c>key</c> beside <c>secret</c>,
/// <c>{"name":"api_secret","value":…}</c>), by what its container is for (an exchange, a wallet), and in lists, numbers and documents inside texts.
/// Values go no further than here.
/// </summary>
internal sealed class SecretDocument(Action<SecretKind, string> found)
{
    private const int DeepestText = 3, LongestKey = 60, ShortestSalt = 8;

    private static readonly string[] NameKeys = ["name", "key", "field", "label", "param", "setting", "nombre"],
        ValueKeys = ["value", "val", "data", "content", "valor"];

    /// <summary>Say nothing by themselves; beside a secret they are its other half.</summary>
    private static readonly HashSet<string> HalfNames =
        new(["key", "phrase", "pass", "k", "s", "id", "uid", "apiid", "public"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What a password was turned into, beside its salt: as Keycloak stores it.</summary>
    private static readonly HashSet<string> DerivedNames =
        new(["value", "hash", "digest", "salt", "derivedkey", "derived_key", "checksum"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What describes credentials, within what holds them.</summary>
    private static readonly HashSet<string> Describing = new(
        [
            "mode", "exchange", "env", "environment", "type", "name", "label", "provider", "status", "enabled", "active", "url", "host", "port",
                "region", "version", "user", "username", "email", "scope", "scopes", "symbol",
            "created_at", "updated_at", "expires_at", "comment", "note", "notes", "description", "permissions", "timezone", "strategy", "sandbox",
                "testnet", "account", "algorithm", "issuer",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Where a value stands.</summary>
    /// <param name="SecretName">The nearest name above it that says secret, null without one.</param>
    /// <param name="IsService">Whether it lies below an exchange, a wallet or the like.</param>
    /// <param name="Key">The key of the value.</param>
    /// <param name="Texts">Documents inside texts above it.</param>
    private readonly record struct Place(string? SecretName, bool IsService, string Key, int Texts);

    /// <param name="text">A document as JSON.</param>
    /// <param name="name">The column that it is in.</param>
    /// <returns>Whether it is one.</returns>
    public bool Read(string text, string name) =>
        Read(text, new Place(SecretValue.IsSecretName(name) ? name : null, SecretName.IsService(name), name, 0));

    private bool Read(string text, Place place)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
            Walk(document.RootElement, place);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Nested too deep, or json (not jsonb) with half of a surrogate pair. Neither may show the text.
            return false;
        }
    }

    private void Walk(JsonElement element, Place place)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: Object(element, place); break;
            case JsonValueKind.Array: List(element, place); break;
            case JsonValueKind.String: Text(element.GetString()!, place); break;
            case JsonValueKind.Number: Report(SecretValue.JudgeNumber(place.SecretName, element.GetRawText()), place); break;
        }
    }

    private void Object(JsonElement element, Place place)
    {
        var hasSecret = false;
        string? pairName = null;
        foreach (var property in element.EnumerateObject())
        {
            hasSecret |= property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array && SecretValue.IsSecretName(property.Name)
                && !SecretName.IsWeak(property.Name);
            if (property.Value.ValueKind == JsonValueKind.String && NameKeys.Contains(property.Name, StringComparer.OrdinalIgnoreCase)
                && property.Value.GetString() is { Length: <= LongestKey } said && SecretValue.IsSecretName(said)) pairName = said;
        }
        var isDerived = pairName is null && element.TryGetProperty("salt", out var salt) && salt.ValueKind == JsonValueKind.String
            && salt.GetString()!.Length >= ShortestSalt;
        foreach (var property in element.EnumerateObject())
        {
            if (isDerived && IsDerived(property)) continue;
            if (SecretShape.IsToken(property.Name)) found(SecretKind.Shaped, "…");
            Walk(property.Value, Below(place, property.Name, hasSecret, pairName));
        }
    }

    /// <summary>Of the length of a digest, and not in the form that an issuer gave it.</summary>
    private static bool IsDerived(JsonProperty property) => DerivedNames.Contains(property.Name) && property.Value.ValueKind == JsonValueKind.String
        && property.Value.GetString()! is { } text && !SecretShape.IsToken(text)
        && (property.Name.Equals("salt", StringComparison.OrdinalIgnoreCase) || SecretShape.IsDigest(text) || IsEncodedDigest(text));

    private static bool IsEncodedDigest(string text)
    {
        Span<byte> bytes = stackalloc byte[128];
        return text.Length <= 128 && Convert.TryFromBase64String(text, bytes, out var length) && length is 20 or 24 or 32 or 48 or 64;
    }

    private static Place Below(Place place, string name, bool hasSecret, string? pairName)
    {
        var below = place with { Key = name, IsService = place.IsService || SecretName.IsService(name) };
        if (SecretValue.IsSecretName(name)) return below with { SecretName = name };
        if (pairName is not null && ValueKeys.Contains(name, StringComparer.OrdinalIgnoreCase)) return below with { SecretName = pairName };
        if (Describing.Contains(name)) return below with { SecretName = null, IsService = false };
        return (hasSecret || place.IsService) && HalfNames.Contains(name)
            ? below with { SecretName = name is "phrase" or "pass" ? "passphrase" : "api_key" } : below;
    }

    private void List(JsonElement list, Place place)
    {
        var texts = list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToList();
        if (IsBytes(list, place) || IsWords(texts, place)) Report(SecretKind.Shaped, place);
        else if (texts.Count == list.GetArrayLength()
            && IsCredentials(texts, place)) texts.ForEach(text =>
                Report(SecretShape.IsProtected(text) ? SecretKind.None : SecretShape.IsRandom(text) ? SecretKind.Shaped : SecretKind.Named, place));
        else foreach (var item in list.EnumerateArray()) Walk(item, place);
    }

    /// <summary>A private key as a list of bytes: 64 of them are Solana's under any name.</summary>
    private static bool IsBytes(JsonElement list, Place place)
    {
        var length = list.GetArrayLength();
        if (length is not (32 or 64 or 96 or 128) || (length != 64 && place.SecretName is null && !place.IsService)) return false;
        var bytes = new HashSet<int>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var number) || number is < 0 or > 255) return false;
            bytes.Add(number);
        }
        const int least = 12;
        return bytes.Count >= least;
    }

    /// <summary>A recovery phrase as a list of words.</summary>
    private static bool IsWords(List<string> texts, Place place) =>
        (place.SecretName is not null || place.IsService) && texts.Count is 12 or 15 or 18 or 21 or 24 or 25
            && texts.TrueForAll(SecretShape.IsMnemonicWord);

    /// <summary>
    /// Key, secret and passphrase in a row, as ccxt and KuCoin's examples have them: below an exchange's name where one looks drawn at random;
    /// elsewhere 24 hexadecimal digits and a UUID, which together are KuCoin's, unless the name says identifiers or the rest is a symbol.
    /// </summary>
    private static bool IsCredentials(List<string> texts, Place place)
    {
        if (texts.Count is < 2 or > 5 || place.SecretName is not null) return false;
        if (place.IsService) return texts.Exists(text => SecretShape.IsRandom(text) || SecretShape.IsKey(text));
        return !SecretName.IsIdentifiers(place.Key) && texts.Exists(SecretShape.IsObjectId)
            && texts.Exists(text => Guid.TryParseExact(text, "D", out _))
            && texts.TrueForAll(text => SecretShape.IsRandom(text)
                || !text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '/' or '_'));
    }

    private void Text(string text, Place place)
    {
        if (text.Length > 1 && text[0] is '{' or '[' && place.Texts < DeepestText && Read(text, place with { Texts = place.Texts + 1 })) return;
        // Below an exchange's name a random text is its key, whatever it is called: ak, k1, main.
        Report(
            place is { SecretName: null, IsService: true } && !SecretShape.IsProtected(text) && SecretShape.IsRandom(text)
                && !SecretName.IsIdentifiers(place.Key) ? SecretKind.Shaped : SecretValue.Judge(place.SecretName, text),
            place);
    }

    private void Report(SecretKind kind, Place place)
    {
        if (kind != SecretKind.None) found(kind, place.Key);
    }
}
