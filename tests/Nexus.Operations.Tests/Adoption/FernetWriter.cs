using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>Makes tokens as the legacy made them: https://github.com/fernet/spec/blob/master/Spec.md.</summary>
internal static class FernetWriter
{
    public static string Encrypt(string key, string text)
    {
        var bytes = Base64Url.DecodeFromChars(key.TrimEnd('='));
        using var aes = Aes.Create();
        aes.Key = bytes[16..];
        var body = new byte[25];
        body[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(1), 1_760_000_000);
        RandomNumberGenerator.Fill(body.AsSpan(9));
        body = [.. body, .. aes.EncryptCbc(Encoding.UTF8.GetBytes(text), body.AsSpan(9), PaddingMode.PKCS7)];
        var token = Base64Url.EncodeToString([.. body, .. HMACSHA256.HashData(bytes.AsSpan(0, 16), body)]);
        return token.PadRight((token.Length + 3) / 4 * 4, '=');
    }
}
