using System.Text.RegularExpressions;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Cli.Configuration;

/// <summary>Hides secrets of values that are shown.</summary>
internal static partial class SettingMask
{
    /// <summary>Of a constant length, so that it tells nothing about the secret.</summary>
    public const string Hidden = "********";

    public static string Apply(Setting setting, string text)
    {
        if (text.Length == 0) return "";
        if (setting.IsSecret)
        {
            return setting.Type switch
            {
                Kinds.DatabaseType => Database(text),
                Kinds.DatabasesType => string.Join(' ', Kinds.Words(text).Select(Database)),
                _ => Hidden,
            };
        }
        return Parameters().Replace(Credentials().Replace(text, $"${{scheme}}{Hidden}@"), $"${{name}}{Hidden}");
    }

    /// <summary>
    /// Built from the parts that are no secret, not by removing the secret from the text: there is more than one way to write a password.
    /// </summary>
    private static string Database(string text)
    {
        try
        {
            var address = DatabaseUrl.Parse(text);
            var user = string.IsNullOrEmpty(address.Username) ? "" : Uri.EscapeDataString(address.Username);
            var secret = string.IsNullOrEmpty(address.Password) ? "" : $":{Hidden}";
            var at = user.Length + secret.Length > 0 ? "@" : "";
            return $"postgres://{user}{secret}{at}{address.Host}:{address.Port}/{address.Database}";
        }
        catch (NexusConfigurationException)
        {
            return Hidden;
        }
    }

    /// <summary>The user and password of a URL, up to its last @: a password may have one.</summary>
    [GeneratedRegex("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\\s]*@",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();

    /// <summary>The values in the query of a URL, where services take tokens.</summary>
    [GeneratedRegex("(?<name>[?&][^=&#\\s]+=)[^&#\\s]+",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Parameters();
}
