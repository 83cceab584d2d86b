using System.Security.Cryptography;
using System.Text;
using Nexus.Secrets;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Draws the same corpus for the same seed.</summary>
internal sealed class CorpusRandom(int seed)
{
    public const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    public const string Base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private readonly Random _random = new(seed);

    public int Next(int low, int high) => _random.Next(low, high);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    public string WordOf(string list) => Of(list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public string Text(string alphabet, int length) => new(_random.GetItems<char>(alphabet, length));

    public string Letters(int length) => Text(Alphanumeric, length - 2) + "7Q";

    public string Hex(int length) => Text("0123456789abcdef", length - 2) + "a1";

    public string Digits(int length) => Text("123456789", 1) + Text("0123456789", length - 1);

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    public Guid Uuid() => new(Bytes(16));

    public string Base58(byte[] payload, bool checksum)
    {
        byte[] bytes = checksum ? [.. payload, .. SHA256.HashData(SHA256.HashData(payload))[..4]] : payload;
        var number = new System.Numerics.BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var text = new StringBuilder();
        for (; number > 0; number /= 58) text.Insert(0, Base58Digits[(int)(number % 58)]);
        return new string('1', bytes.TakeWhile(b => b == 0).Count()) + text;
    }

    /// <summary>Words of a wallet's list.</summary>
    public string[] Phrase(string language, int words)
    {
        using var stream = typeof(Sealer).Assembly.GetManifestResourceStream($"Nexus.Secrets.Fields.WordLists.{language}.txt")!;
        using var reader = new StreamReader(stream);
        var list = reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return [.. Enumerable.Range(0, words).Select(_ => Of(list))];
    }
}
