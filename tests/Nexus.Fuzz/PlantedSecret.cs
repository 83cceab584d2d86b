using System.Text;

namespace Nexus.Fuzz;

/// <summary>A text that inputs hold in place of a secret. No error and no report may repeat it.</summary>
internal static class PlantedSecret
{
    public const string Text = "pLanTed9SecrEt7oFtHeFuZZer";

    private static readonly HashSet<string> SecretNames = new(StringComparer.Ordinal)
    {
        "apiKey", "apiSecret", "api_key", "api_secret", "secret", "password", "token", "binance_api_secret",
    };

    /// <summary>The same as bytes.</summary>
    public static ReadOnlySpan<byte> Utf8 => "pLanTed9SecrEt7oFtHeFuZZer"u8;

    /// <summary>Whether the secret is in the input, and each time at the start of a JSON text under the name of a secret.</summary>
    public static bool StandsInSecretMembers(ReadOnlySpan<byte> input)
    {
        var found = false;
        for (var from = 0; input[from..].IndexOf(Utf8) is >= 0 and var at; from += at + Utf8.Length)
        {
            if (!FollowsSecretName(input[..(from + at)])) return false;
            found = true;
        }
        return found;
    }

    /// <summary>Whether the secret is in the input once, behind one of the beginnings.</summary>
    public static bool Follows(ReadOnlySpan<byte> input, params ReadOnlySpan<string> beginnings)
    {
        var at = input.IndexOf(Utf8);
        if (at < 0 || input[(at + 1)..].IndexOf(Utf8) >= 0) return false;
        foreach (var beginning in beginnings)
            if (input[..at].EndsWith(Encoding.UTF8.GetBytes(beginning))) return true;
        return false;
    }

    private static bool FollowsSecretName(ReadOnlySpan<byte> before)
    {
        if (!TakeEnd(ref before, (byte)'"')) return false;
        before = before.TrimEnd(" \t\r\n"u8);
        if (!TakeEnd(ref before, (byte)':')) return false;
        before = before.TrimEnd(" \t\r\n"u8);
        if (!TakeEnd(ref before, (byte)'"')) return false;
        var start = before.LastIndexOf((byte)'"') + 1;
        // A name longer than that is none of the list.
        return before.Length - start <= 32 && SecretNames.Contains(Encoding.UTF8.GetString(before[start..]));
    }

    private static bool TakeEnd(ref ReadOnlySpan<byte> text, byte last)
    {
        if (text.IsEmpty || text[^1] != last) return false;
        text = text[..^1];
        return true;
    }
}
