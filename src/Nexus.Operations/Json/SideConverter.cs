using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

public sealed class SideConverter() : NameConverter<TradeSide>(("LONG", TradeSide.Long), ("SHORT", TradeSide.Short));
