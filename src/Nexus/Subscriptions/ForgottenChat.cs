using Nexus.Chats;

namespace Nexus.Subscriptions;

/// <summary>What was erased of a chat, or would be.</summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Sessions">Sessions with their keys: 0 or 1.</param>
/// <param name="Users">Users: 0 or 1.</param>
/// <param name="State">Values of the keyed state whose key names the chat.</param>
/// <param name="Tasks">Scheduled tasks.</param>
/// <param name="Calibrations">Calibrations of strategies.</param>
/// <param name="History">Entries of the history of changes.</param>
/// <param name="Trades">Trades that are kept under <paramref name="Pseudonym"/>, without metadata and exit reason.</param>
/// <param name="OpenTrades">Those of them that are open.</param>
/// <param name="Pseudonym">A random number that belongs to no chat; null without trades, and in a preview.</param>
public sealed record ForgottenChat(
    ChatId ChatId, int Sessions, int Users, int State, int Tasks, int Calibrations, long History, int Trades, int OpenTrades, ChatId? Pseudonym)
{
    /// <summary>Whether nothing of the chat was there.</summary>
    public bool IsEmpty => Sessions + Users + State + Tasks + Calibrations + History + Trades == 0;
}
