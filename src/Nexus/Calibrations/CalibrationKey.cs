using System.Diagnostics.CodeAnalysis;
using System.Text;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Calibrations;

/// <summary>
/// What a calibration is for, as the one text that stores know: <c>chat/strategy/symbol/exchange</c>. A part that is null is empty there, so that a
/// key without a symbol is unique as well.
/// </summary>
/// <param name="ChatId">The chat.</param>
/// <param name="Strategy">The strategy.</param>
/// <param name="Symbol">The symbol; null for all.</param>
/// <param name="Exchange">The exchange; null for all.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct CalibrationKey(string ChatId, string Strategy, string? Symbol, string? Exchange)
{
    /// <summary>In bytes of UTF-8: what an index entry of PostgreSQL holds, with room.</summary>
    internal const int MaxIdBytes = 2000;

    private const char Separator = '/';

    /// <summary>The text that stores know.</summary>
    public string Id => $"{Escape(ChatId)}{Separator}{Escape(Strategy)}{Separator}{Escape(Symbol)}{Separator}{Escape(Exchange)}";

    /// <summary>A key that obeys the limits.</summary>
    /// <exception cref="NexusValidationException">A part exceeds a limit.</exception>
    public static CalibrationKey Of(ChatId chatId, string strategy, string? symbol, string? exchange) =>
        Of(chatId, strategy, symbol, exchange, ReadableText.Label);

    /// <summary>A key that may be stored: an adopted database has names that new calibrations must not have.</summary>
    /// <exception cref="NexusValidationException">A part exceeds a limit.</exception>
    internal static CalibrationKey OfStored(ChatId chatId, string strategy, string? symbol, string? exchange) =>
        Of(chatId, strategy, symbol, exchange, ReadableText.Stored);

    private static CalibrationKey Of(ChatId chatId, string strategy, string? symbol, string? exchange, Func<string, string, int, string> check)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        var key = new CalibrationKey(
            chatId.Value,
            check("strategy", strategy, Validation.MaxNameLength),
            symbol is null ? null : check("symbol", symbol, Validation.MaxSymbolLength),
            exchange is null ? null : check("exchange", exchange, Validation.MaxNameLength));
        return Encoding.UTF8.GetByteCount(key.Id) <= MaxIdBytes
            ? key
            : throw new NexusValidationException("strategy", $"must be at most {MaxIdBytes} bytes in UTF-8 together with symbol and exchange");
    }

    /// <summary>The key of an id that a store holds.</summary>
    public static CalibrationKey Parse(string id)
    {
        var parts = id.Split(Separator);
        return new CalibrationKey(Unescape(parts[0]) ?? "", Part(1) ?? "", Part(2), Part(3));

        string? Part(int n) => n < parts.Length ? Unescape(parts[n]) : null;
    }

    /// <summary>Where it is in a database with several shards: with its chat.</summary>
    internal static RecordPlace PlaceOf(string id)
    {
        var end = id.IndexOf(Separator, StringComparison.Ordinal);
        return RecordPlace.OfChat(end < 0 ? id : Unescape(id[..end]));
    }

    /// <summary>What the ids of a chat begin with.</summary>
    internal static string PrefixOf(string chatId) => Escape(chatId) + Separator;

    /// <summary>Sorts after every id of a chat: the character after the separator.</summary>
    internal static string EndOf(string chatId) => Escape(chatId) + (char)(Separator + 1);

    /// <summary>The keys that apply where this one is asked for, the most specific first.</summary>
    internal IReadOnlyList<CalibrationKey> Candidates() =>
        [.. new[] { this, this with { Exchange = null }, this with { Symbol = null }, this with { Symbol = null, Exchange = null } }.Distinct()];

    private static string Escape(string? part) => part is null ? ""
        : part.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private static string? Unescape(string part) => part.Length == 0 ? null
        : part.Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
