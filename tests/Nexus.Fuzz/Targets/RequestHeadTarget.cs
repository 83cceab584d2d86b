using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Server.Api;
using Nexus.Trades;

namespace Nexus.Fuzz.Targets;

/// <summary><c>Idempotency-Key</c>, preconditions, cursors and other values of a query, and paths of the keyed state: one a line.</summary>
internal sealed class RequestHeadTarget : FuzzTarget
{
    public override string Name => "request-head";

    public override IReadOnlyList<string> Dictionaries => ["request"];

    public override bool IsGrown => false;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var lines = new InputLines(input);
        var (key, ifMatch, ifNoneMatch, cursor, path) = (lines.Next(), lines.Next(), lines.Next(), lines.Next(), lines.Next());
        var http = new DefaultHttpContext();
        http.Request.Headers[IdempotencyKey.Header] = key;
        if (ifMatch.Length > 0) http.Request.Headers.IfMatch = ifMatch;
        if (ifNoneMatch.Length > 0) http.Request.Headers.IfNoneMatch = ifNoneMatch;
        Try(shown, () => IdempotencyKey.Of(http.Request));
        Try(shown, () => Precondition.Of(http.Request));
        Precondition.IsKnown(http.Request, 3);
        Try(shown, () => RequireSame(TradeCursorText.Parse("after", cursor)));
        Try(shown, () => HistoryCursorText.Parse("after", cursor));
        Try(shown, () => QueryValues.ChatCursor("after", cursor));
        Try(shown, () => QueryValues.Instant("from", cursor));
        Try(shown, () => QueryValues.Limit(cursor));
        Try(shown, () => QueryValues.Status(cursor));
        Try(shown, () => QueryValues.Id("id", cursor));
        Try(shown, () => ChatId.Parse(cursor));
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        Try(shown, () => StatePath.Of(http.Request, "dialogs", "a/b"));
        Try(shown, () => StatePath.SegmentOf(http.Request, 3, "key", "a"));
        Try(shown, () => StatePath.NamespaceOf(http.Request, "dialogs"));
    }

    public override bool IsDocumented(Exception error) => false;

    public override bool HidesPlanted(ReadOnlySpan<byte> input) => input.IndexOf((byte)'/') < 0;

    private static void Try(ShownTexts shown, Action read)
    {
        try
        {
            read();
        }
        catch (NexusValidationException error)
        {
            shown.Add(error.Message);
        }
    }

    /// <summary>A cursor that is accepted names one place.</summary>
    private static void RequireSame(Trade trade)
    {
        var again = TradeCursorText.Parse("after", TradeCursorText.Of(trade));
        if (again.Id != trade.Id || again.EntryTimestamp != trade.EntryTimestamp || again.ChatId != trade.ChatId)
            throw new FuzzFailureException("a cursor is read back as another one");
    }
}
