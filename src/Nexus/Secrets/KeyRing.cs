namespace Nexus.Secrets;

internal sealed class KeyRing
{
    public static KeyRing Parse(string? nexusKeys, string? encryptionKey) => throw new NotSupportedException();

    public string PrimaryId => throw new NotSupportedException();

    public IReadOnlyList<string> Ids => throw new NotSupportedException();

    public static string GenerateKey() => throw new NotSupportedException();
}
