using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Nexus.Audit;
using Nexus.Errors;
using Nexus.Operations.Status;

namespace Nexus.Server.Api;

/// <summary>An error response.</summary>
/// <param name="Body">The problem document.</param>
/// <param name="RetryAfterSeconds">Seconds after which a retry may succeed.</param>
internal sealed record Problem(ProblemBody Body, int? RetryAfterSeconds = null) : IResult
{
    public const string ContentType = "application/problem+json";

    private const int RetryDelay = 2;

    /// <summary>Details may quote a caller or the database, so control characters are escaped for terminals.</summary>
    public static Problem Of(int status, string code, string detail, string? field = null) => new(new ProblemBody
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = Printable.Line(detail),
        Code = code,
        Field = field is null ? null : Printable.Line(field),
    });

    /// <summary>Maps an error of the engine to HTTP; null for an unexpected error.</summary>
    public static Problem? From(Exception error, HttpContext context) => error switch
    {
        NexusValidationException invalid =>
            Of(
                invalid.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
                invalid.Code,
                invalid.Message,
                invalid.Field),
        NexusNotFoundException missing => Of(StatusCodes.Status404NotFound, missing.Code, missing.Message),
        NexusConflictException conflict =>
            Conflict(conflict.Message, conflict.ExpectedVersion, conflict.ActualVersion, Precondition.IsStated(context.Request)),
        PreconditionFailedException failed => Conflict(failed.Message, expectedVersion: null, failed.Version, preconditionStated: true),
        NexusAmbiguousException several => Ambiguous(several),
        NexusStateException state => Of(StatusCodes.Status409Conflict, state.Code, state.Message),
        StoreRejectedException rejected => Of(StatusCodes.Status409Conflict, rejected.Code, rejected.Message),
        StoreUnavailableException or UnknownOutcomeException =>
            Of(
                StatusCodes.Status503ServiceUnavailable,
                ((NexusException)error).Code,
                OperatorTerms.Translate(error.Message)) with
            { RetryAfterSeconds = RetryDelay },
        NexusException known => Traced(StatusCodes.Status500InternalServerError, known.Code, OperatorTerms.Translate(known.Message), context),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => BodyTooLarge(context),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } other => Unsupported(other.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status401Unauthorized } gone => Of(gone.StatusCode, "unauthorized", gone.Message),
        BadHttpRequestException malformed =>
            Of(
                malformed.StatusCode,
                malformed.StatusCode == StatusCodes.Status408RequestTimeout ? "timeout" : "invalid",
                "the request is malformed or arrived too slowly"),
        // How Kestrel reports a chunk size that overflows.
        IOException { InnerException: OverflowException } =>
            Of(StatusCodes.Status400BadRequest, "invalid", "the body is malformed: a chunk size is too large"),
        LimitException limit => limit.Problem,
        _ => null,
    };

    /// <summary>Shows nothing of the error itself, which may contain anything.</summary>
    public static Problem Unforeseen(HttpContext context) =>
        Traced(StatusCodes.Status500InternalServerError, "internal", "the server failed: find the trace id in its log for details", context);

    public static Problem Conflict(string detail, long? expectedVersion, long actualVersion, bool preconditionStated)
    {
        var problem = Of(preconditionStated ? StatusCodes.Status412PreconditionFailed : StatusCodes.Status409Conflict, "conflict", detail);
        return problem with { Body = problem.Body with { ExpectedVersion = expectedVersion, ActualVersion = actualVersion } };
    }

    private static Problem Ambiguous(NexusAmbiguousException several)
    {
        var problem = Of(StatusCodes.Status409Conflict, several.Code, several.Message);
        return problem with { Body = problem.Body with { ChatIds = several.ChatIds } };
    }

    public static Problem BodyTooLarge(HttpContext context)
    {
        var limit = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        return Of(
            StatusCodes.Status413PayloadTooLarge, "too_large", limit is null ? "body: is too large" : $"body: must be at most {limit} bytes", "body");
    }

    /// <summary>The problem of a bare status that routing returned.</summary>
    public static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Of(status, "not_found", "this path does not exist; see /docs"),
        StatusCodes.Status405MethodNotAllowed => Of(status, "method_not_allowed", "this path does not support the method; see the Allow header"),
        StatusCodes.Status415UnsupportedMediaType =>
            Unsupported("Content-Type: is not accepted by this path; most accept application/json, and /docs lists them all"),
        _ => Of(status, "error", ReasonPhrases.GetReasonPhrase(status)),
    };

    public Task WriteAsync(HttpContext context) => ExecuteAsync(context);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Body.Status;
        if (RetryAfterSeconds is { } seconds) httpContext.Response.Headers.RetryAfter = seconds.ToString();
        return httpContext.WriteJsonAsync(Body, ServerJson.Strict.ProblemBody, ContentType);
    }

    private static Problem Unsupported(string detail) => Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", detail);

    private static Problem Traced(int status, string code, string detail, HttpContext context)
    {
        var problem = Of(status, code, detail);
        return problem with { Body = problem.Body with { TraceId = TraceId(context) } };
    }

    private static string TraceId(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;
}
