using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Server.Api;
using Nexus.Sessions;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Fuzz.Targets;

/// <summary>JSON bodies of the routes, up to the checks and the sealing of the engine.</summary>
internal sealed class HttpJsonTarget : HttpBodyTarget
{
    private static readonly ChatId Chat = 42;
    private static readonly Guid Id = new("01937f1e-8a00-7000-8000-000000000001");
    private static readonly SessionSealing Sessions = new(FuzzKeys.Sealer, FuzzKeys.Documents);
    private static readonly TradeSealing Trades = new(FuzzKeys.Documents, TimeProvider.System);
    private static readonly TaskSealing Tasks = new(FuzzKeys.Documents);

    /// <summary>By the first character of an input, from <c>a</c>.</summary>
    private static readonly Func<HttpContext, ShownTexts, Task>[] Readers =
    [
        (http, shown) => Read(http, ServerJson.Strict.SessionBody, body => ShowSession(shown,
            SessionViews.ToSession(Chat, body, body.Config.IsGiven() ? body.Config.ToStateJson() : StateJson.EmptyObject), SessionViews.Kept(body))),
        (http, shown) => ReadBatchAsync(http),
        (http, shown) => Read(http, ServerJson.Strict.TradeBody, body => Trades.ToRow(body.ToTrade())),
        (http, shown) => Read(http, ServerJson.Strict.TradeCloseBody, body => TradeSealing.ToWrite(Id, Chat, null, body.ToClose())),
        (http, shown) => Read(http, ServerJson.Strict.FillBody, body => body.ToFill()),
        (http, shown) => Read(http, ServerJson.Strict.FillsBody, body => body.ToFills()),
        (http, shown) => Read(http, ServerJson.Strict.TaskBody, body => Tasks.ToRow(body.ToTask(), Id)),
        (http, shown) => Read(http, ServerJson.Strict.TaskChangeBody, body => body.ToChange()),
        (http, shown) => Read(http, ServerJson.Strict.CalibrationBody, body => body.ToValues()),
        (http, shown) => Read(http, ServerJson.Strict.UserBody, body => body),
        (http, shown) => Read(http, ServerJson.Strict.BotStateBody, body => body.EnabledStrategies.IsGiven() ? Accept(body.EnabledStrategies.Utf8)
            : body),
        (http, shown) => Read(http, ServerJson.Strict.ConfigEntryBody, body => body.Value.IsGiven() ? Accept(body.Value.Utf8) : body),
        (http, shown) => Read(http, ServerJson.Strict.StateEntryBody, body => body.Value.IsGiven() ? Accept(body.Value.Utf8) : body),
        (http, shown) => Read(http, ServerJson.Strict.AccessBody, body => body),
        (http, shown) => Read(http, ServerJson.Strict.ApiKeyBody, body => body),
        (http, shown) => Read(http, ServerJson.Strict.SilenceBody, body => body),
        (http, shown) => ReadDocumentAsync(http),
    ];

    public override string Name => "http-json";

    protected override string ContentType => RequestBody.Json;

    protected override Task ReadAsync(HttpContext http, int kind, ShownTexts shown) => Readers[(kind + Readers.Length - ('a' % Readers.Length))
        % Readers.Length](http, shown);

    private static async Task Read<T>(HttpContext http, JsonTypeInfo<T> type, Func<T, object> convert) => convert(await http.ReadJsonAsync(type));

    private static async Task ReadBatchAsync(HttpContext http) => Sessions.ToBatch(await SessionBatch.ReadAsync(http));

    private static async Task ReadDocumentAsync(HttpContext http) =>
        FuzzKeys.Documents.AcceptState(FuzzKeys.Place, await http.ReadDocumentAsync(), StateRules.Config);

    private static byte[] Accept(ReadOnlyMemory<byte> json) => FuzzKeys.Documents.Accept(FuzzKeys.Place, json.Span, StateRules.Value);

    private static SaveSession ShowSession(ShownTexts shown, Session session, KeepSecrets keep)
    {
        shown.Add(session.ToString());
        var write = Sessions.ToWrite(session, expectedVersion: null, keep);
        shown.Add(System.Text.Encoding.UTF8.GetString(write.Config.Span));
        return write;
    }
}
