using Nexus.Chats;

namespace Nexus.Dispatch;

/// <summary>A chat that may get a signal.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Mode">The <c>mode</c> of its config, such as <c>PILOT</c>; null where it is no text, or has more than 100 characters.</param>
public readonly record struct SignalRecipient(ChatId ChatId, string? Mode);
