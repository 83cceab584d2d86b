using System.Security.Cryptography;
using System.Text;

namespace Nexus.Operations.ImportExport;

/// <summary>Ids of imported records: the same row gives the same id, so that a second import changes nothing.</summary>
internal static class SourceIds
{
    /// <summary>The namespace of all of them; never changed.</summary>
    private static readonly Guid Namespace = new("6f0c2a7e-93b4-4f0d-8a51-2b9d7c4e1f60");

    /// <summary>A version 5 UUID: https://www.rfc-editor.org/rfc/rfc9562#section-5.5.</summary>
    /// <param name="program">The program that the row is of.</param>
    /// <param name="parts">What tells the row from every other row of the program, in any file.</param>
    public static Guid Of(string program, params ReadOnlySpan<string> parts)
    {
        var name = new StringBuilder(program);
        foreach (var part in parts) name.Append('\0').Append(part);
        byte[] bytes = [.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name.ToString())];
#pragma warning disable CA5350 // RFC 9562 defines version 5 with SHA-1; nothing depends on its strength.
        var hash = SHA1.HashData(bytes).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)(0x50 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        return new Guid(hash, bigEndian: true);
    }

    /// <summary>Whether an id can be that of a fill; one of another program may be any text.</summary>
    public static bool IsOrderId(string text) => text.Length is > 0 and <= 128 && text.Trim().Length == text.Length && !text.Any(char.IsControl);
}
