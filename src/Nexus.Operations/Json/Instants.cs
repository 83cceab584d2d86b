using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

public static class Instants
{
    /// <summary>Without an offset, the same text would mean a different instant on each machine.</summary>
    public static bool NamesOffset(string text) => text.Length > 10 && (text[^1] is 'Z' || text.AsSpan(10).ContainsAny('+', '-'));
}
