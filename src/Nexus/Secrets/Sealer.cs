namespace Nexus.Secrets;

internal sealed class Sealer(KeyRing keys)
{
    public KeyRing Keys { get; } = keys;

    public static bool IsSealed(string? value) => throw new NotSupportedException();

    public static string? KeyIdOf(string? value) => throw new NotSupportedException();

    public string Seal(SealContext context, string plaintext) => throw new NotSupportedException();

    public string Open(SealContext context, string ciphertext) => throw new NotSupportedException();

    public string Accept(SealContext context, string value, string field) => throw new NotSupportedException();
}
