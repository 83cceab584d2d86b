using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Server.Access;
using Nexus.Server.Contracts;
using Nexus.Server.Documentation;
using Nexus.Server.Http;
using Nexus.SystemConfig;

namespace Nexus.Server.Routes;

/// <summary>Settings by key. Bots read; changes are for admins. The server's own settings are neither shown nor touched.</summary>
internal static class SystemConfigRoutes
{
    public static void MapSystemConfig(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/system-config").WithTags("System config").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        reads.MapGet("", ListAsync).Describe("List the settings", "In key order.").Produces<ConfigEntryList>();
        reads.MapGet("/{key}", GetAsync).Describe("Read a setting", "If-None-Match with a known ETag answers 304.").Produces<ConfigEntryView>().Produces(304).Problems(400, 404);

        var writes = routes.MapGroup("/v1/system-config").WithTags("System config").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        writes.MapPut("/{key}", PutAsync)
            .Describe("Set a setting", "If-Match and If-None-Match: * are honoured.")
            .Accepts<ConfigEntryBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<ConfigEntryView>().Produces<ConfigEntryView>(201).Problems(400, 412, 413, 415);
        writes.MapDelete("/{key}", DeleteAsync).Describe("Remove a setting").Produces(204).Problems(400, 404, 412);
    }

    private static async Task<IResult> ListAsync(HttpContext http, NexusDb db)
    {
        var reveal = http.MaySeeSecrets();
        var entries = new List<ConfigEntryView>();
        await foreach (var entry in db.SystemConfig.ListAsync(http.RequestAborted))
        {
            if (!IsReserved(entry.Key)) entries.Add(ConfigEntryView.From(entry, reveal));
        }
        return Answers.Json(new ConfigEntryList(entries), ServerJson.Strict.ConfigEntryList);
    }

    private static Task<IResult> GetAsync(HttpContext http, NexusDb db, string key) => AnswerAsync(http, db, Checked(key), http.MaySeeSecrets(), StatusCodes.Status200OK);

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db, string key)
    {
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.ConfigEntryBody);
        if (body.Key is not null && body.Key != key) throw new NexusValidationException("key", "must be the key of the path");
        if (!body.Value.IsGiven()) throw new NexusValidationException("value", "is needed; it may be null");
        var receipt = await db.SystemConfig.SetAsync(Checked(key), body.Value.ToStateJson(), body.UpdatedBy ?? http.Caller().Name, condition.Version, http.RequestAborted);
        return await AnswerAsync(http, db, key, reveal: false, Answers.SavedStatus(receipt.Version));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string key) =>
        Answers.Removed(await db.SystemConfig.RemoveAsync(Checked(key), Precondition.Of(http.Request).Version, http.RequestAborted), Name(key));

    private static async Task<IResult> AnswerAsync(HttpContext http, NexusDb db, string key, bool reveal, int status)
    {
        var entry = await db.SystemConfig.GetAsync(key, http.RequestAborted) ?? throw new NexusNotFoundException(Name(key));
        return Answers.Versioned(http, ConfigEntryView.From(entry, reveal), entry.Version, ServerJson.Strict.ConfigEntryView, status);
    }

    private static string Checked(string key) =>
        IsReserved(key) ? throw new NexusValidationException("key", $"must not begin with {ReservedSettings.Prefix}, which Nexus keeps for itself") : key;

    internal static bool IsReserved(string key) => ReservedSettings.IsReserved(key);

    private static string Name(string key) => $"system config {key}";
}
