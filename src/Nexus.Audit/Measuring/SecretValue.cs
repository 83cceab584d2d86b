namespace Nexus.Audit;

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

/// <summary>Judges a value by its name and its form. The audit's own rules: it knows nothing of the engine's.</summary>
internal static class SecretValue
{
    private const int ShortestNamed = 8, ShortestPassword = 4, ShortestNumber = 4, ShortestAssigned = 6;

    private static readonly HashSet<string> Placeholders =
        new(["true", "false", "none", "null", "unset", "empty", "changeme", "required", "disabled", "enabled", "unknown", "default"],
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a column or key of this name should hold a secret that can be read.</summary>
    public static bool IsSecretName(string name) => SecretName.IsSecret(name);

    /// <summary>A form that its issuer gave it: a bot token, a private key, a URL with a password.</summary>
    public static bool IsToken(string text) => SecretShape.IsToken(text);

    /// <summary>What is stored under that name.</summary>
    public static SecretKind Judge(string? name, string text)
    {
        text = text.Trim();
        if (text.Length == 0 || SecretShape.IsProtected(text)) return SecretKind.None;
        if (SecretShape.IsToken(text)) return SecretKind.Shaped;
        if (name is null || !SecretName.IsSecret(name)) return Inside(text);
        if (SecretName.IsWeak(name)) return SecretShape.IsDrawn(text) || SecretShape.IsMnemonic(text) ? SecretKind.Shaped : Inside(text);
        var isPassword = SecretName.IsPassword(name);
        // Where passwords are kept, a number in hexadecimal is their hash.
        if (Placeholders.Contains(text) || (isPassword && SecretShape.IsDigest(text))) return SecretKind.None;
        if (SecretShape.IsKey(text) || SecretShape.IsMnemonic(text)) return SecretKind.Shaped;
        return text.Length >= (isPassword ? ShortestPassword : ShortestNamed) ? SecretKind.Named : Inside(text);
    }

    /// <summary>A number under that name: a PIN, or a password of digits.</summary>
    public static SecretKind JudgeNumber(string? name, string digits) =>
        name is not null && SecretName.IsPassword(name) && digits.Count(char.IsAsciiDigit) >= ShortestNumber ? SecretKind.Named : SecretKind.None;

    /// <summary>
    /// <c>password: hunter2</c> and <c>api_key=…</c> inside a note: the value has letters and digits, so that <c>password: required</c> is none.
    /// </summary>
    private static SecretKind Inside(string text)
    {
        var kind = SecretKind.None;
        foreach (var (name, value) in SecretShape.Assignments(text))
        {
            if (value.Length < ShortestAssigned || !value.Any(char.IsAsciiDigit) || !value.Any(char.IsAsciiLetter) || SecretShape.IsProtected(value)
                || !SecretName.IsSecret(name)) continue;
            if (SecretShape.IsKey(value)) return SecretKind.Shaped;
            kind = SecretKind.Named;
        }
        return kind;
    }
}
