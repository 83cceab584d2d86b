using System.Security.Cryptography;
using System.Text;

namespace Nexus.Operations.Backup;

/// <summary>
/// The authentication code of a document: HMAC-SHA-256 under a key derived from the backup key and the backup's id, or a plain SHA-256 if the
/// backup is
/// not encrypted, which finds damage but not a forgery.
/// </summary>
internal static class DocumentCode
{
    private const string Keyed = "hmac-sha256";
    private const string Plain = "sha256";

    /// <summary>The code as one line.</summary>
    public static string Create(ReadOnlySpan<byte> document, BackupKey? key, Guid backup, string name)
    {
        if (key is null) return $"{Plain} {Convert.ToHexStringLower(SHA256.HashData(document))}\n";
        var documentKey = key.DeriveDocumentKey(backup, name);
        try
        {
            return $"{Keyed} {key.Id} {Convert.ToHexStringLower(HMACSHA256.HashData(documentKey, document))}\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(documentKey);
        }
    }

    /// <summary>Whether the code belongs to the document.</summary>
    public static bool Matches(ReadOnlySpan<byte> document, string code, BackupKey? key, Guid backup, string name) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Create(document, key, backup, name).Trim()), Encoding.UTF8.GetBytes(code.Trim()));
}
