using System.ComponentModel;
using Nexus.Dispatch;

namespace Nexus.Server.Api;

/// <summary>A chat that may get a signal.</summary>
internal sealed record RecipientView(
    [property: Description("The chat.")] string ChatId,
    [property: Description("The mode of its config; null if it has none.")] string? Mode)
{
    public static RecipientView From(SignalRecipient recipient) => new(recipient.ChatId.Value, recipient.Mode);
}

/// <summary>The recipients of a signal.</summary>
internal sealed record RecipientList([property: Description("In any order, each chat once.")] IReadOnlyList<RecipientView> Recipients);
