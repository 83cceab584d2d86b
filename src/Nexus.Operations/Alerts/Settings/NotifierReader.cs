using System.Net.Mail;

namespace Nexus.Operations.Alerts;

/// <summary>Reads the notifiers. Secrets are never in the file, only where they are.</summary>
internal static class NotifierReader
{
    public static IReadOnlyList<NotifierSettings> Read(SettingsNode node, List<SettingsProblem> problems)
    {
        var notifiers = new List<NotifierSettings>();
        foreach (var (name, value) in new SettingsFields(node, problems).Members)
        {
            if (!AlertSettingsReader.Name().IsMatch(name))
                problems.Add(new SettingsProblem(value.Line, value.Path, "must have a name of 1 to 50 letters, digits, hyphens and underscores"));
            else if (ReadOne(name, value, problems) is { } notifier) notifiers.Add(notifier);
        }
        return notifiers;
    }

    private static NotifierSettings? ReadOne(string name, SettingsNode node, List<SettingsProblem> problems)
    {
        var type = node.Members.FirstOrDefault(member => member.Name == "type").Value?.Text;
        switch (type)
        {
            case "log":
                _ = new SettingsFields(node, problems, "type");
                return new LogNotifierSettings { Name = name };
            case "webhook":
                return ReadWebhook(name, new SettingsFields(node, problems, "type", "url", "secretFile", "secretVariable", "oldSecretFile",
                    "oldSecretVariable", "allowPrivate"));
            case "telegram":
                return ReadTelegram(name, new SettingsFields(node, problems, "type", "chat", "tokenFile", "tokenVariable", "baseUrl"));
            case "smtp":
                return ReadSmtp(name, new SettingsFields(node, problems, "type", "host", "port", "security", "from", "to", "user", "passwordFile",
                    "passwordVariable"));
            default:
                new SettingsFields(node, problems, "type").Add("type", "must be webhook, telegram, smtp or log");
                return null;
        }
    }

    private static WebhookSettings? ReadWebhook(string name, SettingsFields fields)
    {
        var allowsPrivate = fields.Switch("allowPrivate", absent: false);
        var url = Url(fields, "url", isRequired: true, allowsPlain: allowsPrivate);
        var secret = Secret(fields, "secret", isRequired: true);
        var old = Secret(fields, "oldSecret", isRequired: false);
        return url is null || secret is null ? null : new WebhookSettings
        {
            Name = name,
            Url = url,
            Secrets = old is null ? [secret] : [secret, old],
            AllowPrivate = allowsPrivate,
        };
    }

    private static TelegramSettings? ReadTelegram(string name, SettingsFields fields)
    {
        var chat = fields.RequiredText("chat", 100);
        if (chat.Length > 0 && !(chat.StartsWith('@') && chat.Length > 1)
            && !long.TryParse(chat, System.Globalization.NumberStyles.AllowLeadingSign, null, out _))
            fields.Add("chat", "must be a chat id, in quotes, or the @name of a channel");
        var token = Secret(fields, "token", isRequired: true);
        var server = Url(fields, "baseUrl", isRequired: false, allowsPlain: true);
        return token is null ? null : new TelegramSettings { Name = name, Chat = chat, Token = token, BaseUrl = server };
    }

    private static SmtpSettings ReadSmtp(string name, SettingsFields fields)
    {
        var host = fields.RequiredText("host", 255);
        var security = fields.Choice("security", ("tls", SmtpSecurity.Tls), ("starttls", SmtpSecurity.StartTls), ("none", SmtpSecurity.None))
            ?? SmtpSecurity.StartTls;
        if (security == SmtpSecurity.None && !IsThisMachine(host)) fields.Add("security", "must be tls or starttls for a server on another machine");
        var port = fields.Number("port") ?? (security == SmtpSecurity.Tls ? 465 : security == SmtpSecurity.None ? 25 : 587);
        if (port is < 1 or > 65535 || port != Math.Floor(port)) fields.Add("port", "must be a whole number, 1 to 65535");
        var to = fields.Texts("to");
        if (to.Count == 0) fields.Add("to", "must name at least one address");
        var from = fields.RequiredText("from", 254);
        if (from.Length > 0 && !IsAddress(from)) fields.Add("from", "must be an address such as nexus@example.com");
        if (!to.All(IsAddress)) fields.Add("to", "must be addresses such as ops@example.com");
        var user = fields.Text("user", 254);
        return new SmtpSettings
        {
            Name = name,
            Host = host,
            Port = (int)Math.Clamp(port, 1, 65535),
            Security = security,
            From = from,
            To = to,
            User = user,
            Password = Secret(fields, "password", isRequired: user is not null),
        };
    }

    private static bool IsAddress(string text) => MailAddress.TryCreate(text, out var address) && address.Address == text;

    private static bool IsThisMachine(string host) => host is "localhost" or "127.0.0.1" or "::1";

    private static Uri? Url(SettingsFields fields, string name, bool isRequired, bool allowsPlain)
    {
        var text = isRequired ? fields.RequiredText(name, 2000) : fields.Text(name, 2000);
        if (string.IsNullOrEmpty(text)) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (allowsPlain && url.Scheme == Uri.UriSchemeHttp))) return url;
        fields.Add(name, allowsPlain ? "must be a URL with http or https, without a user" : "must be a URL with https, without a user");
        return null;
    }

    private static SecretSource? Secret(SettingsFields fields, string name, bool isRequired)
    {
        var (file, variable) = (fields.Text($"{name}File", 1000), fields.Text($"{name}Variable", 200));
        if (file is null && variable is null)
        {
            if (isRequired) fields.Add($"{name}File", $"is required, or {name}Variable: the file or the environment variable that holds it");
            return null;
        }
        if (file is not null && variable is not null) fields.Add($"{name}Variable", $"must not be given together with {name}File");
        var source = new SecretSource(file, file is null ? variable : null);
        if (!source.Exists)
            fields.Add(file is null ? $"{name}Variable" : $"{name}File", file is null ? "names a variable that is not set"
                : "names a file that does not exist");
        return source;
    }
}
