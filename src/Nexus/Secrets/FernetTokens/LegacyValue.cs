using System.Text;

namespace Nexus.Secrets;

/// <summary>Gets at the secret inside what the legacy stored.</summary>
internal static class LegacyValue
{
    /// <summary>
    /// With a wrong key the legacy took the token itself for the secret and sealed it again on the next save, so a token may hold a token. Only the
    /// innermost text is the secret; each turn of a wrong key wrapped it once more.
    /// </summary>
    internal const int MaxLayers = 16;

    /// <summary>As <see cref="Sealer.TryOpenLegacy"/>.</summary>
    public static bool TryOpenToken(KeyRing keys, string token, out string plain, out string reason)
    {
        plain = "";
        for (var layer = 0; layer < MaxLayers; layer++)
        {
            if (!TryOpenLayer(keys, token, out var inner, out reason))
            {
                if (layer > 0) reason = $"holds another Fernet token, which {reason}";
                return false;
            }
            if (!FernetToken.IsToken(inner))
            {
                plain = inner;
                return true;
            }
            token = inner;
        }
        reason = $"is a Fernet token inside more than {MaxLayers} others";
        return false;
    }

    private static bool TryOpenLayer(KeyRing keys, string token, out string plain, out string reason)
    {
        plain = "";
        if (!FernetToken.IsToken(token))
        {
            reason = "is not a Fernet token";
            return false;
        }
        foreach (var key in keys.Keys)
        {
            if (!key.TryOpenFernet(token, out var bytes)) continue;
            try
            {
                plain = Sealer.StrictUtf8.GetString(bytes);
                reason = "";
                return true;
            }
            catch (DecoderFallbackException)
            {
                reason = $"is a Fernet token under key id {key.Id} that does not hold UTF-8 text";
                return false;
            }
        }
        reason = $"is a Fernet token that none of the given keys (ids {string.Join(", ", keys.Ids)}) opens: it was made with another key, cut or " +
            $"altered";
        return false;
    }
}
