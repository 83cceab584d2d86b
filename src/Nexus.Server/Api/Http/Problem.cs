using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Nexus.Audit;
using Nexus.Errors;
using Nexus.Operations.Status;

namespace Nexus.Server.Api;

/// <summary>An error as it is answered.</summary>
/// <param name="Body">What is said.</param>
/// <param name="RetryAfterSeconds">When a repeat may succeed.</param>
internal sealed record Problem(ProblemBody Body, int? RetryAfterSeconds = null) : IResult
{
    public const string ContentType = "application/problem+json";

    private const int RetryDelay = 2;

    /// <summary>Details may quote a caller or the database: nothing in them steers a terminal that shows the answer.</summary>
    public static Problem Of(int status, string code, string detail, string? field = null) => new(new ProblemBody
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = Printable.Line(detail),
        Code = code,
        Field = field is null ? null : Printable.Line(field),
    });

    /// <summary>What the engine's error means over HTTP; null for one that nobody foresaw.</summary>
    public static Problem? From(Exception error, HttpContext context) => error switch
    {
        NexusValidationException invalid => Of(invalid.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, invalid.Code, invalid.Message, invalid.Field),
        NexusNotFoundException missing => Of(StatusCodes.Status404NotFound, missing.Code, missing.Message),
        NexusConflictException conflict => Conflict(conflict.Message, conflict.ExpectedVersion, conflict.ActualVersion, Precondition.IsStated(context.Request)),
        PreconditionFailedException failed => Conflict(failed.Message, expectedVersion: null, failed.Version, preconditionStated: true),
        NexusAmbiguousException several => Ambiguous(several),
        NexusStateException state => Of(StatusCodes.Status409Conflict, state.Code, state.Message),
        StoreRejectedException rejected => Of(StatusCodes.Status409Conflict, rejected.Code, rejected.Message),
        StoreUnavailableException or UnknownOutcomeException => Of(StatusCodes.Status503ServiceUnavailable, ((NexusException)error).Code, OperatorTerms.Translate(error.Message)) with { RetryAfterSeconds = RetryDelay },
        NexusException known => Traced(StatusCodes.Status500InternalServerError, known.Code, OperatorTerms.Translate(known.Message), context),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => BodyTooLarge(context),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ForStatus(StatusCodes.Status415UnsupportedMediaType),
        BadHttpRequestException { StatusCode: StatusCodes.Status401Unauthorized } gone => Of(gone.StatusCode, "unauthorized", gone.Message),
        BadHttpRequestException malformed => Of(malformed.StatusCode, malformed.StatusCode == StatusCodes.Status408RequestTimeout ? "timeout" : "invalid", "the request is malformed or came too slowly"),
        // How Kestrel tells of a chunk whose size no number holds.
        IOException { InnerException: OverflowException } => Of(StatusCodes.Status400BadRequest, "invalid", "the body is malformed: a chunk has an impossible size"),
        Nexus.Server.Api.LimitException limit => limit.Problem,
        _ => null,
    };

    /// <summary>Nothing of the error itself is shown: it may hold anything.</summary>
    public static Problem Unforeseen(HttpContext context) => Traced(StatusCodes.Status500InternalServerError, "internal", "the server failed; its log says more under the trace id", context);

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
        return Of(StatusCodes.Status413PayloadTooLarge, "too_large", limit is null ? "body: is too large" : $"body: must be at most {limit} bytes", "body");
    }

    /// <summary>What a status alone says, where routing decided.</summary>
    public static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Of(status, "not_found", "there is nothing at this path; /docs shows what there is"),
        StatusCodes.Status405MethodNotAllowed => Of(status, "method_not_allowed", "this path has other methods: see the Allow header"),
        StatusCodes.Status415UnsupportedMediaType => Of(status, "unsupported_media_type", "the Content-Type is not one that this path takes; /docs shows which"),
        _ => Of(status, "error", ReasonPhrases.GetReasonPhrase(status)),
    };

    public Task WriteAsync(HttpContext context) => ExecuteAsync(context);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Body.Status;
        if (RetryAfterSeconds is { } seconds) httpContext.Response.Headers.RetryAfter = seconds.ToString();
        return httpContext.WriteJsonAsync(Body, ServerJson.Strict.ProblemBody, ContentType);
    }

    private static Problem Traced(int status, string code, string detail, HttpContext context)
    {
        var problem = Of(status, code, detail);
        return problem with { Body = problem.Body with { TraceId = TraceId(context) } };
    }

    private static string TraceId(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;
}
