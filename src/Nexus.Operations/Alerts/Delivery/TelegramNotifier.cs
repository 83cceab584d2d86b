using System.Net;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Types;

namespace Nexus.Operations.Alerts;

/// <summary>Sends a message with a Telegram bot, as plain text: a label cannot become markup.</summary>
internal sealed class TelegramNotifier(TelegramSettings settings, WebhookClient client) : INotifier
{
    /// <summary>https://core.telegram.org/bots/api#sendmessage.</summary>
    private const int LongestText = 4096;

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var token = await settings.Token.ReadAsync(cancellationToken).ConfigureAwait(false);
        var options = Options(token.Reveal());
        if (options is null) return DeliveryResult.Refused("the token is not one of a Telegram bot, such as 123456:ABC…");
        var bot = new TelegramBotClient(options, client.Of(allowsPrivate: settings.BaseUrl is not null), cancellationToken);
        var text = $"{message.Subject}\n\n{message.Body}";
        try
        {
            await bot.SendMessage(new ChatId(settings.Chat), text.Length <= LongestText ? text : $"{text[..(LongestText - 1)]}…",
                cancellationToken: cancellationToken).ConfigureAwait(false);
            return DeliveryResult.Ok;
        }
        catch (ApiRequestException error)
        {
            return error.ErrorCode switch
            {
                (int)HttpStatusCode.TooManyRequests => DeliveryResult.Failed("Telegram asks to wait",
                    error.Parameters?.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
                (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.NotFound => DeliveryResult.Refused("Telegram does not know the token"),
                (int)HttpStatusCode.Forbidden => DeliveryResult.Refused("the bot may not write to the chat: it was blocked or removed"),
                (int)HttpStatusCode.BadRequest =>
                    DeliveryResult.Refused("Telegram refused the message: the chat does not exist or the bot does not know it"),
                var code => DeliveryResult.Failed($"Telegram returned {code}"),
            };
        }
        catch (RequestException error)
        {
            // The message may quote the URL, and the URL has the token.
            return DeliveryResult.Failed($"Telegram cannot be reached ({(error.InnerException ?? error).GetType().Name})");
        }
    }

    private TelegramBotClientOptions? Options(string token)
    {
        try
        {
            // The queue waits itself; the client would wait up to a minute with the message in its hands.
            return new TelegramBotClientOptions(token, settings.BaseUrl?.GetLeftPart(UriPartial.Authority)) { RetryThreshold = 0, RetryCount = 0 };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
