using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.SystemConfig;

namespace Nexus.Server.Api;

/// <summary>Routes of settings. Bots read; changes require the scope admin. The server's own settings cannot be read or changed.</summary>
internal static class SystemConfigRoutes
{
    public static void MapSystemConfig(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/v1/system-config").WithTags("System config").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        reads.MapGet("", List).Describe("List the settings", "Ordered by key.").Produces<ConfigEntryList>();
        reads.MapGet("/{key}", GetAsync).Describe("Read a setting", "If-None-Match with the current ETag returns 304.").Produces<ConfigEntryView>()
            .Produces(304).Problems(400, 404);

        var writes = routes.MapGroup("/v1/system-config").WithTags("System config").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        writes.MapPut("/{key}", PutAsync)
            .Describe("Set a setting", "Supports If-Match and If-None-Match: *.")
            .Accepts<ConfigEntryBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<ConfigEntryView>().Produces<ConfigEntryView>(201)
            .Problems(400, 412, 413, 415);
        writes.MapDelete("/{key}", DeleteAsync).Describe("Remove a setting").Produces(204).Problems(400, 404, 412);
    }

    private static PageResult<ConfigEntry, ConfigEntryView> List(HttpContext http, NexusDb db)
    {
        var reveal = http.MaySeeSecrets();
        return new PageResult<ConfigEntry, ConfigEntryView>(
            "entries", (last, _) =>
                db.SystemConfig.ListAsync(http.RequestAborted)
                    .Where(entry => !IsReserved(entry.Key) && (last is null || string.CompareOrdinal(entry.Key, last.Key) > 0)),
            limit: null, entry => entry.Key, entry => ConfigEntryView.From(entry, reveal), ServerJson.Strict.ConfigEntryView);
    }

    private static Task<IResult> GetAsync(HttpContext http, NexusDb db, string key) =>
        AnswerAsync(http, db, Checked(http, key), http.MaySeeSecrets(), StatusCodes.Status200OK);

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db, string key)
    {
        key = Checked(http, key);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.ConfigEntryBody);
        if (body.Key is not null && body.Key != key) throw new NexusValidationException("key", "must be the key of the path");
        if (!body.Value.IsGiven()) throw new NexusValidationException("value", "is required; it may be null");
        var receipt = await condition.ApplyAsync(
            Name(key),
            creates: true,
            () => VersionOfAsync(http, db, key),
            version =>
                db.SystemConfig.SaveAsync(
                    key, body.Value.ToStateJson(), body.NamesUpdater ? body.UpdatedBy : http.Caller().Name, version, http.RequestAborted));
        return await AnswerAsync(http, db, key, reveal: false, ApiResults.SavedStatus(receipt.Version));
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string key)
    {
        key = Checked(http, key);
        var receipt = await Precondition.Of(http.Request).ApplyAsync(
            Name(key), creates: false, () =>
                VersionOfAsync(http, db, key), version => db.SystemConfig.DeleteAsync(key, version, http.RequestAborted));
        return ApiResults.Removed(receipt.Existed, Name(key));
    }

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db, string key) =>
        (await db.SystemConfig.GetAsync(key, http.RequestAborted))?.Version ?? 0;

    private static async Task<IResult> AnswerAsync(HttpContext http, NexusDb db, string key, bool reveal, int status)
    {
        var entry = await db.SystemConfig.GetAsync(key, http.RequestAborted) ?? throw new NexusNotFoundException(Name(key));
        return ApiResults.Versioned(http, ConfigEntryView.From(entry, reveal), entry.Version, ServerJson.Strict.ConfigEntryView, status);
    }

    private static string Checked(HttpContext http, string routeValue)
    {
        var key = Decoded(http, routeValue);
        return IsReserved(key)
            ? throw new NexusValidationException("key", $"must not begin with {ReservedSettings.Prefix}, which is reserved for Nexus")
            : key;
    }

    /// <summary>Routing does not decode an encoded slash (https://github.com/dotnet/aspnetcore/issues/2655), and a key may contain one.</summary>
    private static string Decoded(HttpContext http, string routeValue)
    {
        if (!routeValue.Contains("%2F", StringComparison.OrdinalIgnoreCase)) return routeValue;
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }

    internal static bool IsReserved(string key) => ReservedSettings.IsReserved(key);

    private static string Name(string key) => $"system config {key}";
}
