namespace Nexus.Engine;

/// <summary>A secret column in a whole-record save: a new sealed value, cleared, or left as it is.</summary>
internal readonly record struct SealedField(bool IsKept, string? Value)
{
    /// <summary>Leave what is stored.</summary>
    public static SealedField Keep => new(IsKept: true, null);

    /// <summary>Store this ciphertext, or nothing.</summary>
    public static SealedField Set(string? ciphertext) => new(IsKept: false, ciphertext);
}
