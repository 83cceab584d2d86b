using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

public sealed class StatusConverter() : NameConverter<TradeStatus>(
    ("OPEN", TradeStatus.Open), ("CLOSED", TradeStatus.Closed), ("CANCELLED", TradeStatus.Cancelled))
{
    public static StatusConverter Instance { get; } = new();
}
