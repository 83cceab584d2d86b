namespace Nexus.Secrets;

/// <summary>The verdict on numbers.</summary>
internal static partial class SecretJudge
{
    private static bool IsSecretNumber(ReadOnlySpan<byte> number, in JudgedValue value, SecretContext context)
    {
        if (context == SecretContext.Secret) return true;
        // passwords: 3 is a count.
        if (value.Role is NameRole.Plural or NameRole.Coins && number.Length <= MinNumericToken && context < SecretContext.Credentials) return false;
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
