using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api;

internal static class ApiResults
{
    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => new JsonResult<T>(value, type, status);

    /// <summary>A record with its version as the ETag; 304 if the caller already has this version.</summary>
    public static IResult Versioned<T>(HttpContext context, T value, long version, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = Precondition.Tag(version);
        return HttpMethods.IsGet(context.Request.Method) && Precondition.IsKnown(context.Request, version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : Json(value, type, status);
    }

    /// <summary>201 for the first version of a record, 200 for a later one.</summary>
    public static int SavedStatus(long version) => version == 1 ? StatusCodes.Status201Created : StatusCodes.Status200OK;

    public static IResult Removed(bool wasThere, string record) =>
        wasThere ? TypedResults.NoContent() : Problem.Of(StatusCodes.Status404NotFound, "not_found", $"{record} does not exist");
}

/// <summary>One record, written whole.</summary>
internal sealed class JsonResult<T>(T value, JsonTypeInfo<T> type, int status) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        return httpContext.WriteJsonAsync(value, type);
    }
}
