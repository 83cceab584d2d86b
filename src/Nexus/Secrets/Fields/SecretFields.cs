using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>
/// What counts as a secret: the one place to ask. Names are judged by <see cref="SecretNames"/>, values by <see cref="SecretShapes"/>, and both
/// together with their neighbours and the object around them by <see cref="DocumentJudgement"/>.
/// </summary>
/// <remarks>Sealing too much costs a sealed value; sealing too little leaks a key. Where a rule has to err, it seals.</remarks>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class SecretFields
{
    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEFxX"u8);

    private const int MaxRemembered = 64;

    private const int MinSecretName = 8;

    /// <summary>Of a longer name the beginning and the end are judged.</summary>
    private const int MaxJudged = 1024;

    /// <summary>
    /// Verdicts on names met lately, in sets of <see cref="Ways"/>. A bot's documents share their names, and this is asked for every one of them on
    /// every save: two names that shared the only place of a table would push each other out each time. An entry is immutable and put in place
    /// whole, so racing threads at worst decide twice.
    /// </summary>
    private static readonly Verdict?[] Remembered = new Verdict?[1024];

    private const int Ways = 4;

    /// <summary>Whether a field of this name holds a secret.</summary>
    internal static bool IsSecretName(string name) => IsSecretName(Encoding.UTF8.GetBytes(name));

    /// <summary>As <see cref="IsSecretName(string)"/>, for UTF-8.</summary>
    internal static bool IsSecretName(ReadOnlySpan<byte> name) => KindOf(name) >= NameKind.Token;

    /// <summary>What a field of this name holds.</summary>
    internal static NameKind KindOf(ReadOnlySpan<byte> name) => VerdictOn(name, PropertyNames.Hash(name)).Kind;

    /// <summary>What a field of this name holds, and its part in a pair of name and value.</summary>
    /// <param name="name">In UTF-8.</param>
    /// <param name="hash">Its <see cref="PropertyNames.Hash"/>.</param>
    internal static (NameKind Kind, NameRole Role, bool IsSecretAsName) Judge(ReadOnlySpan<byte> name, int hash)
    {
        var verdict = WholeVerdictOn(name, hash);
        return (verdict.Kind, verdict.Role, verdict.IsSecret == true);
    }

    /// <summary>
    /// With <see cref="Verdict.IsSecret"/>. It takes a look at the name as a value, which asks for the kinds of names inside of it: were it part of
    /// every verdict, a text would be looked at anew for each of its parts, and the parts of these.
    /// </summary>
    private static Verdict WholeVerdictOn(ReadOnlySpan<byte> name, int hash)
    {
        var verdict = VerdictOn(name, hash);
        if (verdict.IsSecret is not null) return verdict;
        var whole = verdict with { IsSecret = IsSecretAsName(name, verdict.Kind) };
        if (name.Length > MaxRemembered) return whole;
        foreach (ref var remembered in SetOf(hash))
        {
            if (ReferenceEquals(remembered, verdict)) remembered = whole;
        }
        return whole;
    }

    private static Span<Verdict?> SetOf(int hash) => Remembered.AsSpan(Ways * (int)((uint)hash % (uint)(Remembered.Length / Ways)), Ways);

    private static Verdict VerdictOn(ReadOnlySpan<byte> name, int hash)
    {
        var set = SetOf(hash);
        var place = 0;
        for (var way = 0; way < Ways; way++)
        {
            if (set[way] is not { } remembered)
            {
                place = way;
                break;
            }
            if (name.SequenceEqual(remembered.Name)) return remembered;
        }
        var text = name.Length <= MaxJudged ? Encoding.UTF8.GetString(name)
            : $"{Encoding.UTF8.GetString(name[..(MaxJudged / 2)])}_{Encoding.UTF8.GetString(name[^(MaxJudged / 2)..])}";
        var kind = SecretNames.Classify(text);
        var isShort = name.Length <= MaxRemembered;
        var verdict = new Verdict(isShort ? name.ToArray() : [], kind, SecretNames.RoleOf(text), IsSecret: null);
        if (isShort) set[place] = verdict;
        return verdict;
    }

    /// <summary>What a document's place says about all of it: a field such as <c>value/telegram_token</c>, the column and the names above.</summary>
    internal static NameKind KindOfPlace(string field)
    {
        var worst = NameKind.Neutral;
        var slash = field.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return worst;
        foreach (var name in field[(slash + 1)..].Split('/'))
        {
            var kind = KindOf(Encoding.UTF8.GetBytes(name));
            if (kind is NameKind.Vendor or >= NameKind.Token && kind > worst) worst = kind;
        }
        return worst;
    }

    /// <summary>
    /// Whether a property's name is a secret itself. Names cannot be sealed in place. Hexadecimal ones are ids far more often than keys.
    /// </summary>
    internal static bool IsSecretAsName(ReadOnlySpan<byte> name) =>
        name.Length >= MinSecretName && WholeVerdictOn(name, PropertyNames.Hash(name)).IsSecret == true;

    private static bool IsSecretAsName(ReadOnlySpan<byte> name, NameKind kind)
    {
        if (name.Length < MinSecretName) return false;
        // A mask stands for a secret, and a name cannot hold one.
        if (MaskText.IsMask(name, isSecretPlace: false)) return true;
        return SecretShapes.Classify(name) switch
        {
            ValueShape.Secret => true,
            ValueShape.Random => kind < NameKind.Token && name.ContainsAnyExcept(Hex),
            _ => false,
        };
    }

    /// <summary>Whether a value looks like a secret, whatever its name.</summary>
    public static bool IsSecretValue(string value) => IsSecretValue(Encoding.UTF8.GetBytes(value));

    /// <summary>As <see cref="IsSecretValue(string)"/>, for UTF-8.</summary>
    internal static bool IsSecretValue(ReadOnlySpan<byte> value) => SecretShapes.IsSecret(value);

    /// <param name="Name">Empty if it is not remembered.</param>
    /// <param name="Kind">What a field of this name holds.</param>
    /// <param name="Role">Its part in a pair.</param>
    /// <param name="IsSecret">Whether the name is a secret itself; null before that was asked.</param>
    private sealed record Verdict(byte[] Name, NameKind Kind, NameRole Role, bool? IsSecret);
}
