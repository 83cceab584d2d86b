using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Operations.ImportExport;

/// <summary>Seals for the legacy bot, which reads only such tokens: https://github.com/fernet/spec/blob/master/Spec.md.</summary>
/// <param name="key">The legacy's key: 32 bytes as base64, the signing key first.</param>
internal sealed class LegacyToken(string key)
{
    private const int HeaderLength = 1 + sizeof(long);
    private const int BlockLength = 16;

    private readonly byte[] _key = Base64Url.DecodeFromChars(key.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_'));

    /// <summary>A token of a text; an empty text stays empty, as the legacy stores it.</summary>
    public string Seal(string text, DateTimeOffset at)
    {
        if (text.Length == 0) return "";
        Span<byte> header = stackalloc byte[HeaderLength + BlockLength];
        header[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(header[1..], at.ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(header[HeaderLength..]);
        using var aes = Aes.Create();
        aes.SetKey(_key.AsSpan(BlockLength));
        byte[] body = [.. header, .. aes.EncryptCbc(Encoding.UTF8.GetBytes(text), header[HeaderLength..], PaddingMode.PKCS7)];
        var token = Base64Url.EncodeToString([.. body, .. HMACSHA256.HashData(_key.AsSpan(0, BlockLength), body)]);
        return token.PadRight((token.Length + 3) / 4 * 4, '=');
    }
}
