using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Operations.Erasure;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>JSON settings of requests and responses.</summary>
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(SessionBatchBody))]
[JsonSerializable(typeof(List<SessionBody>))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(SessionBatchView))]
[JsonSerializable(typeof(RecipientView))]
[JsonSerializable(typeof(RecipientList))]
[JsonSerializable(typeof(UserBody))]
[JsonSerializable(typeof(UserPreferencesBody))]
[JsonSerializable(typeof(ExtendBody))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(CountsView))]
[JsonSerializable(typeof(TradeCountView))]
[JsonSerializable(typeof(UserPage))]
[JsonSerializable(typeof(AccessView))]
[JsonSerializable(typeof(AccessBody))]
[JsonSerializable(typeof(AccessList))]
[JsonSerializable(typeof(BotStateBody))]
[JsonSerializable(typeof(BotStateView))]
[JsonSerializable(typeof(ConfigEntryBody))]
[JsonSerializable(typeof(ConfigEntryView))]
[JsonSerializable(typeof(ConfigEntryList))]
[JsonSerializable(typeof(TradeBody))]
[JsonSerializable(typeof(TradeCloseBody))]
[JsonSerializable(typeof(TradeView))]
[JsonSerializable(typeof(TradePage))]
[JsonSerializable(typeof(FillBody))]
[JsonSerializable(typeof(FillsBody))]
[JsonSerializable(typeof(AddedFillsView))]
[JsonSerializable(typeof(FillListView))]
[JsonSerializable(typeof(TradeBatchView))]
[JsonSerializable(typeof(PerformanceView))]
[JsonSerializable(typeof(EquityView))]
[JsonSerializable(typeof(StateEntryBody))]
[JsonSerializable(typeof(StateEntryView))]
[JsonSerializable(typeof(StateEntryPage))]
[JsonSerializable(typeof(TaskBody))]
[JsonSerializable(typeof(TaskChangeBody))]
[JsonSerializable(typeof(TaskView))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(TaskClaimBody))]
[JsonSerializable(typeof(TaskClaimList))]
[JsonSerializable(typeof(TaskCompleteBody))]
[JsonSerializable(typeof(TaskCompletionView))]
[JsonSerializable(typeof(TaskRenewBody))]
[JsonSerializable(typeof(TaskRenewalView))]
[JsonSerializable(typeof(TaskReleaseBody))]
[JsonSerializable(typeof(CalibrationBody))]
[JsonSerializable(typeof(CalibrationView))]
[JsonSerializable(typeof(CalibrationPage))]
[JsonSerializable(typeof(AutomaticCalibrationView))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(ApiKeyBody))]
[JsonSerializable(typeof(ApiKeyView))]
[JsonSerializable(typeof(NewApiKeyView))]
[JsonSerializable(typeof(ApiKeyList))]
[JsonSerializable(typeof(ChangeView))]
[JsonSerializable(typeof(SubscriptionEndingView))]
[JsonSerializable(typeof(ErasureReceipt))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(OutboxView))]
[JsonSerializable(typeof(ConflictPage))]
[JsonSerializable(typeof(QuarantinedPage))]
[JsonSerializable(typeof(ResolveBody))]
[JsonSerializable(typeof(SilenceBody))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    /// <summary>
    /// The engine refuses a config that is nested deeper than 64 and names the field, so the reader must allow more.
    /// Reading raw documents uses no stack, so the depth costs nothing.
    /// </summary>
    public const int MaxDepth = 1000;

    public static ServerJson Strict { get; } = new(Configure(new JsonSerializerOptions()));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = MaxDepth;
        // Responses are JSON and never embedded in HTML, so characters that JSON allows are not escaped.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new TextConverter());
        options.Converters.Add(new DecimalConverter());
        options.Converters.Add(new InstantConverter());
        options.Converters.Add(new ChatIdConverter());
        options.Converters.Add(new SideConverter());
        options.Converters.Add(new FillSideConverter());
        options.Converters.Add(StatusConverter.Instance);
        options.Converters.Add(new RoleConverter());
        options.Converters.Add(new AccessRoleConverter());
        return options;
    }
}

internal static class RawJsonExtensions
{
    /// <summary>Whether the property is present. Null counts as present.</summary>
    public static bool IsGiven(this RawJson json) => !json.Utf8.IsEmpty;

    /// <summary>The document as it was sent, without parsing it again.</summary>
    public static StateJson ToStateJson(this RawJson json) => StateJson.Parse(json.Utf8);
}
