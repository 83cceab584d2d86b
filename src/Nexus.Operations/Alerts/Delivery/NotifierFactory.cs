using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Alerts;

/// <summary>Makes notifiers of their settings.</summary>
internal sealed class NotifierFactory(ILogger<LogNotifier> logger) : IDisposable
{
    private readonly WebhookClient _client = new();

    public INotifier Create(NotifierSettings settings) => settings switch
    {
        WebhookSettings webhook => new WebhookNotifier(webhook, _client),
        TelegramSettings telegram => new TelegramNotifier(telegram, _client),
        SmtpSettings smtp => new SmtpNotifier(smtp),
        LogNotifierSettings => new LogNotifier(logger),
        _ => throw new NotSupportedException($"there is no notifier of the type {settings.Type}"),
    };

    public void Dispose() => _client.Dispose();
}
