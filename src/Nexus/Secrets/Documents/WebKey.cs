namespace Nexus.Secrets;

/// <summary>A JSON Web Key, whose members have one or two letters: https://datatracker.ietf.org/doc/html/rfc7518#section-6.</summary>
internal static class WebKey
{
    /// <summary>Of the member that says what kind of key it is.</summary>
    public static readonly int TypeHash = PropertyNames.Hash("kty"u8);

    private static readonly int[] Public =
        [PropertyNames.Hash("x"u8), PropertyNames.Hash("y"u8), PropertyNames.Hash("n"u8), PropertyNames.Hash("e"u8), PropertyNames.Hash("x5t"u8),
         PropertyNames.Hash("x5t#S256"u8), PropertyNames.Hash("kid"u8)];

    private static readonly int[] Private =
        [PropertyNames.Hash("d"u8), PropertyNames.Hash("p"u8), PropertyNames.Hash("q"u8), PropertyNames.Hash("dp"u8), PropertyNames.Hash("dq"u8),
         PropertyNames.Hash("qi"u8), PropertyNames.Hash("k"u8)];

    /// <summary>Whether a member of this name is in the half that nobody may know.</summary>
    public static bool IsPrivate(int hash) => Private.AsSpan().Contains(hash);

    /// <summary>Whether a member of this name is in the open half.</summary>
    public static bool IsPublic(int hash) => Public.AsSpan().Contains(hash);
}
