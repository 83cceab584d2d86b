using System.Globalization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Alerts;
using Nexus.Operations.Status;
using Nexus.Postgres;

namespace Nexus.Cli.Configuration;

/// <summary>Readers of values. Each throws a <see cref="FormatException"/> with what is allowed; no message repeats the value.</summary>
internal static class Kinds
{
    /// <summary>The type of an address of a database, of which only the password is hidden.</summary>
    public const string DatabaseType = "database address";

    /// <summary>The type of several such addresses.</summary>
    public const string DatabasesType = "database addresses";

    public static string Text(string text) =>
        text.Length is > 0 and <= 2000 && !text.Any(char.IsControl) ? text : throw new FormatException("must be text of 1 to 2000 characters");

    /// <summary>A file or folder. A shell leaves the tilde of <c>--data=~/nexus</c>, and a file or a unit has no shell.</summary>
    public static string Path(string text) => text is not ['~'] and not ['~', '/', ..]
        ? Text(text) : throw new FormatException("must not begin with ~, which stands for a folder in a shell only: write the whole path");

    public static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number >= least && number <= most ? number : throw new FormatException($"must be {Range(least, most)}")
            : throw new FormatException($"must be a whole number, {Range(least, most)}");

    public static long LongNumber(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw new FormatException($"must be a whole number, {Range(least, most)}");

    public static string Range(long least, long most) => most is long.MaxValue or int.MaxValue
        ? string.Create(CultureInfo.InvariantCulture, $"{least} or more") : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");

    public static bool Switch(string text) => text switch
    {
        "true" or "1" or "on" or "yes" => true,
        "false" or "0" or "off" or "no" => false,
        _ => throw new FormatException("must be true or false"),
    };

    public static TimeSpan Duration(string text, TimeSpan least, TimeSpan most) =>
        DurationText.TryParse(text, out var duration) && duration >= least && duration <= most
            ? duration : throw new FormatException($"must be a duration {DurationRange(least, most)}");

    public static string DurationRange(TimeSpan least, TimeSpan most) => $"from {DurationText.Format(least)} to {DurationText.Format(most)}";

    public static IReadOnlyList<string> List(string text, char separator = ',') =>
        [.. text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    public static IReadOnlyList<ChatId> Chats(string text) => [.. List(text).Select(chat => ChatId.TryParse(chat, out var id)
        ? id : throw new FormatException("must be chat ids separated by commas"))];

    public static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new FormatException("must be a URL with http or https");

    /// <summary>The text itself, if it can be read as an address.</summary>
    public static string Database(string text) => Checked(text, () => DatabaseUrl.Parse(text));

    /// <summary>The text itself, if it is addresses separated by spaces or line breaks.</summary>
    public static string Databases(string text)
    {
        foreach (var address in Words(text)) _ = Database(address);
        return text;
    }

    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Keys of <c>nexus keys generate</c>, separated by commas.</summary>
    public static string KeyRing(string text) => Checked(text, () => Secrets.KeyRing.Parse(text, encryptionKey: null));

    /// <summary>The key of the legacy bot: https://github.com/fernet/spec/blob/master/Spec.md.</summary>
    public static string FernetKey(string text) => Checked(text, () => Secrets.KeyRing.Parse(nexusKeys: null, text));

    /// <summary>Calls a check of the library and takes over the reason, without the setting that it names.</summary>
    public static string Checked(string text, Action check)
    {
        try
        {
            check();
            return text;
        }
        catch (NexusConfigurationException error)
        {
            throw new FormatException(OperatorTerms.Translate(Reason(error.Message, error.Setting)), error);
        }
    }

    public static string Reason(string message, string setting) =>
        message.StartsWith($"{setting}: ", StringComparison.Ordinal) ? message[(setting.Length + 2)..] : message;
}
