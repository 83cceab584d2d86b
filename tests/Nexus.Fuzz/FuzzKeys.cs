using Nexus.Secrets;

namespace Nexus.Fuzz;

/// <summary>Keys that protect nothing: the sealed values and tokens of the corpora open with them.</summary>
internal static class FuzzKeys
{
    public static Sealer Sealer { get; } = new(KeyRing.Parse(KeyOf(1), KeyOf(2)));

    public static DocumentSealer Documents { get; } = new(Sealer);

    /// <summary>Where the values of the corpora stand.</summary>
    public static SealContext Place { get; } = new("sessions", "42", "config");

    /// <summary>A key whose bytes are all the same.</summary>
    public static string KeyOf(byte value) => Convert.ToBase64String(Enumerable.Repeat(value, 32).ToArray());
}
