using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// What counts as a secret inside a document: the one place that decides. A string is one when its name says so (<see cref="SecretNames"/>), when it
/// stands anywhere below such a name, or when it looks like one under any name (<see cref="SecretShapes"/>). Numbers and booleans never are.
/// </summary>
/// <remarks>Sealing too much costs a sealed value; sealing too little leaks a key. Where a rule has to err, it seals.</remarks>
internal static class SecretFields
{
    private const int MaxRemembered = 64;

    /// <summary>
    /// Verdicts on names met lately, in sets of <see cref="Ways"/>. A bot's documents share their names, and this is asked for every one of them on
    /// every save: two names that shared the only place of a table would push each other out each time. An entry is immutable and put in place
    /// whole, so racing threads at worst decide twice.
    /// </summary>
    private static readonly Verdict?[] Remembered = new Verdict?[1024];

    private const int Ways = 4;

    /// <summary>Whether a field of this name holds a secret.</summary>
    public static bool IsSecretName(string name) => IsSecretName(Encoding.UTF8.GetBytes(name));

    /// <summary>As <see cref="IsSecretName(string)"/>, for UTF-8.</summary>
    public static bool IsSecretName(ReadOnlySpan<byte> name) => IsSecretName(name, PropertyNames.Hash(name));

    /// <summary>As <see cref="IsSecretName(string)"/>, for UTF-8 whose <see cref="PropertyNames.Hash"/> is known.</summary>
    public static bool IsSecretName(ReadOnlySpan<byte> name, int hash)
    {
        var set = Remembered.AsSpan(Ways * (int)((uint)hash % (uint)(Remembered.Length / Ways)), Ways);
        var place = 0;
        for (var way = 0; way < Ways; way++)
        {
            if (set[way] is not { } verdict)
            {
                place = way;
                break;
            }
            if (name.SequenceEqual(verdict.Name)) return verdict.IsSecret;
        }
        var isSecret = SecretNames.IsSecret(Encoding.UTF8.GetString(name));
        if (name.Length <= MaxRemembered) set[place] = new Verdict(name.ToArray(), isSecret);
        return isSecret;
    }

    /// <summary>Whether a document's place says that all of it is secret: a field such as <c>value/telegram_token</c>, the column and the names above.</summary>
    public static bool IsSecretPlace(string field)
    {
        var names = field.AsSpan();
        var slash = names.IndexOf('/');
        if (slash < 0) return false;
        names = names[(slash + 1)..];
        foreach (var name in names.Split('/'))
        {
            if (IsSecretName(names[name].ToString())) return true;
        }
        return false;
    }

    /// <summary>Whether a value looks like a secret, whatever its name.</summary>
    public static bool IsSecretValue(string value) => IsSecretValue(Encoding.UTF8.GetBytes(value));

    /// <summary>As <see cref="IsSecretValue(string)"/>, for UTF-8.</summary>
    public static bool IsSecretValue(ReadOnlySpan<byte> value) => SecretShapes.IsSecret(value);

    private sealed record Verdict(byte[] Name, bool IsSecret);
}
