using System.Text;
using System.Text.RegularExpressions;
using Nexus.Secrets;

namespace Nexus.Operations.Audit.Measuring;

/// <summary>What a stored text is, as far as it concerns secrets. The text itself goes no further than here.</summary>
internal enum SecretKind
{
    /// <summary>Nothing, harmless, or protected.</summary>
    None,

    /// <summary>Something readable where the name says secret.</summary>
    Named,

    /// <summary>It looks like a key or a token.</summary>
    Shaped,
}

/// <summary>Judges names and values. The engine's own rules (<see cref="SecretFields"/>, <see cref="SecretShapes"/>) say what it would have sealed.</summary>
internal static partial class SecretValue
{
    private const int ShortestKey = 16;
    private const int ShortestNamed = 8;
    private const int ShortestPassword = 4;

    /// <summary>Names of what protects or describes a secret, as their last word.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "hash", "hashed", "digest", "sha", "md", "hmac", "salt", "nonce", "iv", "fingerprint", "checksum", "cipher", "ciphertext", "enc", "encrypted", "sealed", "hint", "mask", "masked",
        "name", "type", "status", "label", "prefix", "version", "provider", "kind", "count", "expiry", "expires", "at", "scope", "scopes", "enabled", "algorithm", "path", "ref", "reference",
        "cifrado", "cifrada", "resumen", "huella",
    ];

    private static readonly HashSet<string> Passwords = ["password", "passwords", "passwd", "pwd", "pass", "passphrase", "passcode", "pin", "clave", "contrasena", "contraseña"];

    /// <summary>Whether a column or key of this name should hold a secret that can be read.</summary>
    public static bool IsSecretName(string name) => SecretFields.IsSecretName(name) && !(NameWords.Split(name) is { Count: > 0 } words && Harmless.Contains(words[^1]));

    /// <summary>A form that its issuer gave it: a bot token, a private key, a URL with a password.</summary>
    public static bool IsToken(string text)
    {
        if (Marked().IsMatch(text)) return false;
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.AsSpan().IndexOf("PRIVATE KEY-----"u8) >= 0) return true;
        foreach (var range in bytes.AsSpan().SplitAny(" \t\r\n,;|\"'`<>()[]{}="u8))
        {
            var word = bytes.AsSpan(range);
            if (word.Length >= ShortestKey && (KnownTokens.IsIn(word) || IsUrlWithPassword(word))) return true;
        }
        return false;
    }

    /// <summary>What is stored under that name.</summary>
    public static SecretKind Judge(string? name, string text)
    {
        text = text.Trim();
        if (text.Length == 0 || IsProtected(text)) return SecretKind.None;
        if (IsToken(text)) return SecretKind.Shaped;
        if (name is null || !IsSecretName(name)) return SecretKind.None;
        var isPassword = NameWords.Split(name).Exists(Passwords.Contains);
        // Where passwords are kept, a number in hexadecimal is their hash.
        if (isPassword && Hexadecimal().IsMatch(text)) return SecretKind.None;
        if (SecretShapes.IsSecret(Encoding.UTF8.GetBytes(text)) || (text.Length >= ShortestKey && Key().IsMatch(text))) return SecretKind.Shaped;
        return text.Length >= (isPassword ? ShortestPassword : ShortestNamed) ? SecretKind.Named : SecretKind.None;
    }

    /// <summary>Sealed, hashed, masked, or a reference to where the secret is kept.</summary>
    private static bool IsProtected(string text) => FernetToken.IsToken(text) || Marked().IsMatch(text) || Masked().IsMatch(text);

    private static bool IsUrlWithPassword(ReadOnlySpan<byte> word) => word.IndexOf("://"u8) > 0 && UrlPassword.IsIn(word);

    // Nexus and Fernet; password hashes; Vault, OpenSSL, SOPS and KMS ciphertexts; PGP; JWE (five parts); references.
    [GeneratedRegex(
        """
        ^(nx1\.|gAAAA|\$(2[abxy]?|argon2\w*|scrypt|pbkdf2[\w-]*|5|6|y|7|apr1)\$|pbkdf2|scrypt:|bcrypt|argon2|SCRAM-SHA-256\$|md5[0-9a-f]{32}$|sha(1|256|512)[$:]|\{\w+\}|vault:v[0-9]+:|U2FsdGVkX1|ENC\[|enc[:(]|AQICAH|kms:
        |-----BEGIN\ (PGP\ MESSAGE|AGE\ ENCRYPTED)|\\x[0-9a-f]*$|eyJ[\w-]*\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$|\$\{|arn:|env:|vault://|secret://|op://|ssm:|projects/)
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\*\*\*|•••|^[xX*•.…-]+$|<redacted>|\[redacted\]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Masked();

    [GeneratedRegex("^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^\S*(?:[A-Za-z]\S*[0-9]|[0-9]\S*[A-Za-z])\S*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Key();
}
