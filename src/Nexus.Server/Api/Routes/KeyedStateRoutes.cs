using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.KeyedState;

namespace Nexus.Server.Api;

/// <summary>Routes of the keyed state: a JSON value under a namespace and a key.</summary>
internal static class KeyedStateRoutes
{
    private static readonly long MaxTtlSeconds = (long)StateExpiry.MaxTimeToLive.TotalSeconds;

    public static void MapKeyedState(this IEndpointRouteBuilder routes)
    {
        const string Path = "/v1/state/{namespace}/{**key}";
        var state = routes.MapGroup("").WithTags("Keyed state").Requires(ApiScopes.Bot).RefuseUnknownQuery();
        state.MapGet("/v1/state/{namespace}", List)
            .Describe("List the values of a namespace", "Ordered by the bytes of the keys in UTF-8, without expired values.")
            .Produces<StateEntryPage>().Problems(400);
        state.MapGet(Path, GetAsync)
            .Describe("Read a value", "If-None-Match with the current ETag returns 304. An expired value does not exist.")
            .Produces<StateEntryView>().Produces(304).Problems(400, 404);
        state.MapPut(Path, PutAsync)
            .Describe(
                "Set a value",
                "Creates the value (201) or replaces it (200), with its expiry; 204 if it has expired at once. If-Match saves only over that "
                    + "version; If-None-Match: * only creates.")
            .Accepts<StateEntryBody>(RequestBody.Json).Limit(RequestBody.MaxRecordBytes).Produces<StateEntryView>().Produces<StateEntryView>(201)
            .Produces(204)
            .Problems(400, 412, 413, 415);
        state.MapPatch(Path, PatchAsync)
            .Describe(
                "Change members of a value",
                "A JSON merge patch (RFC 7396), applied in the database, so concurrent changes of other members are kept. Keeps the expiry unless "
                    + "ttlSeconds is given.")
            .Accepts<System.Text.Json.JsonElement>(RequestBody.MergePatch, RequestBody.Json).Limit(RequestBody.MaxRecordBytes)
            .Produces<StateEntryView>().Produces(204).Problems(400, 404, 412, 413, 415);
        state.MapDelete(Path, DeleteAsync).Describe("Delete a value", "If-Match deletes only that version.").Produces(204).Problems(400, 404, 412);
    }

    private static PageResult<StateEntry, StateEntryView> List(
        HttpContext http,
        NexusDb db,
        string @namespace,
        [Description("Only keys that begin with this text.")] string? prefix,
        [Description("The next of the previous page.")] string? after,
        [Description("The maximum number of values on the page.")] string? limit)
    {
        var space = StatePath.NamespaceOf(http.Request, @namespace);
        var count = QueryValues.Limit(limit);
        var reveal = http.MaySeeSecrets();
        return new PageResult<StateEntry, StateEntryView>(
            "entries",
            (last, most) => db.State.ListAsync(space, prefix ?? "", last?.Key ?? QueryValues.Text(after), most, http.RequestAborted),
            count, entry => entry.Key, entry => StateEntryView.From(entry, reveal), ServerJson.Strict.StateEntryView);
    }

    private static async Task<IResult> GetAsync(HttpContext http, NexusDb db, string @namespace, string? key)
    {
        var path = StatePath.Of(http.Request, @namespace, key);
        return await FindAsync(http, db, path) is { } entry
            ? Answer(http, entry, http.MaySeeSecrets(), StatusCodes.Status200OK)
            : throw new NexusNotFoundException(path.Name);
    }

    private static async Task<IResult> PutAsync(HttpContext http, NexusDb db, string @namespace, string? key)
    {
        var path = StatePath.Of(http.Request, @namespace, key);
        var condition = Precondition.Of(http.Request);
        var body = await http.ReadJsonAsync(ServerJson.Strict.StateEntryBody);
        if (body.Namespace is not null && body.Namespace != path.Namespace)
            throw new NexusValidationException("namespace", "must be the namespace of the path");
        if (body.Key is not null && body.Key != path.Key) throw new NexusValidationException("key", "must be the key of the path");
        if (!body.Value.IsGiven()) throw new NexusValidationException("value", "is required; it may be null");
        var expiry = ExpiryOf(body);
        // A value over an expired one continues its version, so that the version does not tell whether the value is new.
        var before = condition == default ? await VersionOfAsync(http, db, path) : condition.Version ?? 1;
        await condition.ApplyAsync(
            path.Name,
            creates: true,
            () => VersionOfAsync(http, db, path),
            version => db.State.SaveAsync(path.Namespace, path.Key, body.Value.ToStateJson(), expiry, version, http.RequestAborted));
        return await ShowAsync(http, db, path, before == 0 ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> PatchAsync(
        HttpContext http, NexusDb db, string @namespace, string? key,
        [Description("The new time to live in seconds, 1 to 3153600000. If absent, the expiry stays.")] string? ttlSeconds)
    {
        var path = StatePath.Of(http.Request, @namespace, key);
        var condition = Precondition.Of(http.Request);
        StateExpiry? expiry = string.IsNullOrEmpty(ttlSeconds) ? null
            : After(long.TryParse(ttlSeconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);
        var patch = await http.ReadDocumentAsync();
        await condition.ApplyAsync(
            path.Name,
            creates: false,
            () => VersionOfAsync(http, db, path),
            version => db.State.PatchAsync(path.Namespace, path.Key, patch, expiry, version, http.RequestAborted));
        return await ShowAsync(http, db, path, StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, NexusDb db, string @namespace, string? key)
    {
        var path = StatePath.Of(http.Request, @namespace, key);
        var receipt = await Precondition.Of(http.Request).ApplyAsync(
            path.Name, creates: false, () => VersionOfAsync(http, db, path),
            version => db.State.DeleteAsync(path.Namespace, path.Key, version, http.RequestAborted));
        return ApiResults.Removed(receipt.Existed, path.Name);
    }

    private static StateExpiry ExpiryOf(StateEntryBody body) => body switch
    {
        { TtlSeconds: not null, ExpiresAt: not null } =>
            throw new NexusValidationException("ttlSeconds", "cannot be combined with expiresAt"),
        { TtlSeconds: { } seconds } => After(seconds),
        { ExpiresAt: { } at } => StateExpiry.At(at),
        _ => StateExpiry.Never,
    };

    private static StateExpiry After(long seconds) => seconds >= 1 && seconds <= MaxTtlSeconds
        ? StateExpiry.After(TimeSpan.FromSeconds(seconds))
        : throw new NexusValidationException("ttlSeconds", $"must be a whole number, 1 to {MaxTtlSeconds}");

    private static async Task<long> VersionOfAsync(HttpContext http, NexusDb db, StatePath path) =>
        (await FindAsync(http, db, path))?.Version ?? 0;

    private static Task<StateEntry?> FindAsync(HttpContext http, NexusDb db, StatePath path) =>
        db.State.GetAsync(path.Namespace, path.Key, http.RequestAborted);

    /// <summary>The value after a change; nothing where it has expired at once.</summary>
    private static async Task<IResult> ShowAsync(HttpContext http, NexusDb db, StatePath path, int status) =>
        await FindAsync(http, db, path) is { } entry ? Answer(http, entry, reveal: false, status) : TypedResults.NoContent();

    private static IResult Answer(HttpContext http, StateEntry entry, bool reveal, int status) =>
        ApiResults.Versioned(http, StateEntryView.From(entry, reveal), entry.Version, ServerJson.Strict.StateEntryView, status);
}
