using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Alerts;

/// <summary>Writes one line for each message to the log.</summary>
internal sealed partial class LogNotifier(ILogger logger) : INotifier
{
    public Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var text = $"{message.Subject}: {message.Body.ReplaceLineEndings(" ").Trim()}";
        if (message.Delivery.Kind is NoticeKind.Firing or NoticeKind.Repeated) LogAlert(logger, text);
        else LogNotice(logger, text);
        return Task.FromResult(DeliveryResult.Ok);
    }

    [LoggerMessage(2151, LogLevel.Warning, "Alert {Text}")]
    private static partial void LogAlert(ILogger logger, string text);

    [LoggerMessage(2111, LogLevel.Information, "Alert {Text}")]
    private static partial void LogNotice(ILogger logger, string text);
}
