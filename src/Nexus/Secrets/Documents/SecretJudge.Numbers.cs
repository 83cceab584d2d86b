namespace Nexus.Secrets;

/// <summary>The verdict on numbers, and on facts among credentials.</summary>
internal static partial class SecretJudge
{
    /// <summary>A pattern, a page, the hash of an image, settings in the form of a query, under the name of a setting beside a key.</summary>
    private static bool IsFact(ReadOnlySpan<byte> text) => text.ContainsAny("()[]^"u8)
        || (IsUrl(text) && SecretShapes.Classify(text) == ValueShape.Plain) || PublicText.Is(text)
        || text.TrimEnd((byte)'=').IndexOf((byte)'=') > 0;

    /// <summary><c>side=SELL&amp;price=12.5</c>: names and values, of which none was found to be a secret.</summary>
    private static bool IsQuery(ReadOnlySpan<byte> text) => text.IndexOf((byte)'=') is > 0 and var first && text.IndexOf((byte)'&') > first
        && text.Count((byte)'=') == text.Count((byte)'&') + 1;

    private static bool IsSecretNumber(ReadOnlySpan<byte> number, in JudgedValue value, SecretContext context)
    {
        if (context == SecretContext.Secret) return true;
        if (value.Role == NameRole.SessionNumber && context < SecretContext.Credentials) return false;
        // passwords: 3 is a count.
        if (context < SecretContext.Credentials && ((value.Role == NameRole.Coins && number.Length <= MinNumericToken)
            || (value.Role == NameRole.Plural && number.Length < MinPin))) return false;
        if (value.Role == NameRole.License && number.Length >= MinSerial && !number.Contains((byte)'.')) return true;
        // Brokers number accounts; a PIN is shorter.
        if (value.Role == NameRole.Login && context == SecretContext.Credentials && number.Length > MinPin && UserName.IsPlain(number)) return false;
        return value.Name switch
        {
            // A PIN has four digits; fewer are a count, a switch or a level. A short fraction is the weight of a coin: {"PASS":0.05}.
            NameKind.Secret => number.Length > MaxCount && !(number.Length < MinNumericToken && number.Contains((byte)'.')),
            NameKind.Group => number.Length > MaxCount,
            NameKind.Token => context == SecretContext.Credentials || (number.Length >= MinNumericToken && !number.Contains((byte)'.')),
            NameKind.Seed => context >= SecretContext.Vendor && number.Length >= MinNumericToken,
            NameKind.Ambiguous => !number.Contains((byte)'.')
                && (context == SecretContext.Credentials || (context >= SecretContext.Neighbour && number.Length >= MinPin)),
            // The number of an account opens nothing without the secret beside it.
            NameKind.Identity => context == SecretContext.Credentials && !UserName.IsPlain(number) && !number.ContainsAny("-."u8),
            NameKind.Neutral => context == SecretContext.Credentials && !PlainValue.IsNumber(number),
            NameKind.Short => context >= SecretContext.Neighbour && number.Length >= MinNumericToken && !number.Contains((byte)'.')
                && (value.Role == NameRole.Passphrase || !PlainValue.IsUnixTime(number)),
            _ => false,
        };
    }
}
