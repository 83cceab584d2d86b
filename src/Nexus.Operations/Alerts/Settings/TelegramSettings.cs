namespace Nexus.Operations.Alerts;

/// <summary>Sends a message with a Telegram bot.</summary>
public sealed record TelegramSettings : NotifierSettings
{
    /// <inheritdoc/>
    public override string Type => "telegram";

    /// <summary>The chat, a number or @name of a channel.</summary>
    public required string Chat { get; init; }

    /// <summary>The bot's token.</summary>
    public required SecretSource Token { get; init; }

    /// <summary>Another server of the Bot API; null for Telegram's.</summary>
    public Uri? BaseUrl { get; init; }
}
