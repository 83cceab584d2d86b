using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Idempotency;

namespace Nexus.Server.Api;

/// <summary>
/// Carries out a POST with an <c>Idempotency-Key</c> once, and returns its response to repeats: docs/http-api.md, "Repeats".
/// </summary>
internal sealed partial class IdempotencyGate(
    RequestDelegate next, NexusDb db, RequestLocks locks, CallerLimits limits, TimeProvider clock, ILogger<IdempotencyGate> logger)
{
    /// <summary>How often another instance's request is looked at.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && IdempotencyKey.IsGiven(context.Request) && context.Features.Get<ApiKey>() is not null
            && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
            ? RunAsync(context)
            : next(context);

    private async Task RunAsync(HttpContext context)
    {
        var (scope, key) = (context.Caller().Id, IdempotencyKey.Of(context.Request));
        var isStreamed = context.GetEndpoint()!.Metadata.GetMetadata<StreamedBody>() is not null;
        var fingerprint = isStreamed ? RequestFingerprint.OfRoute(context) : await RequestFingerprint.OfWholeAsync(context);
        var began = clock.GetTimestamp();
        using var inside = await locks.EnterAsync($"{scope}\0{key}", limits.Limits.Patience, context.RequestAborted);
        RequestStart start;
        try
        {
            start = inside is null ? new RequestStart(RequestStatus.Running) : await BeginAsync(context, scope, key, fingerprint, began);
        }
        catch (StoreUnavailableException) when (context.GetEndpoint()!.Metadata.GetMetadata<ReadingPost>() is not null)
        {
            // It changes nothing, and says itself what it cannot tell.
            await next(context);
            return;
        }
        switch (start.Status)
        {
            case RequestStatus.Started:
                await using (start.Request) await CarryOutAsync(context, start.Request!, isStreamed);
                break;
            case RequestStatus.Answered:
                var answer = KeptAnswer.Parse(start.Answer);
                if (isStreamed && !CryptographicOperations.FixedTimeEquals(await HashedBody.DrainAsync(context), answer.BodyHash)) goto default;
                await answer.SendAsync(context);
                break;
            case RequestStatus.AnswerNotKept:
                await NotKept().WriteAsync(context);
                break;
            case RequestStatus.Running:
                await InProgress().WriteAsync(context);
                break;
            default:
                await Mismatch().WriteAsync(context);
                break;
        }
    }

    /// <summary>Waits for a request that another instance carries out, or that was interrupted and whose lease has not ended.</summary>
    private async Task<RequestStart> BeginAsync(HttpContext context, string scope, string key, byte[] fingerprint, long began)
    {
        while (true)
        {
            var start = await db.Idempotency.BeginAsync(scope, key, fingerprint, context.RequestAborted);
            if (start.Status != RequestStatus.Running || clock.GetElapsedTime(began) >= limits.Limits.Patience) return start;
            await Task.Delay(Glance, clock, context.RequestAborted);
        }
    }

    private async Task CarryOutAsync(HttpContext context, IdempotentRequest request, bool isStreamed)
    {
        context.Features.Set(request);
        var sent = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        await using var hashed = isStreamed ? new HashedBody(context.Request.Body) : null;
        if (hashed is not null) context.Request.Body = hashed;
        var held = new StreamResponseBodyFeature(body);
        context.Features.Set<IHttpResponseBodyFeature>(held);
        try
        {
            using (request.Enter()) await next(context);
            await held.CompleteAsync();
        }
        catch (Exception error) when (ProblemOf(error, context) is { } problem && KeptAnswer.IsFinal(problem.Body.Status)
            && error is not NexusException { IsTransient: true })
        {
            body.SetLength(0);
            await problem.WriteAsync(context);
            await held.CompleteAsync();
        }
        catch (Exception error)
        {
            if (!isStreamed && ProblemOf(error, context) is { Body.Status: var status } && IsRefused(status)) await ForgetAsync(request);
            throw;
        }
        finally
        {
            context.Features.Set(sent);
        }
        var answer = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (KeptAnswer.IsFinal(context.Response.StatusCode))
        {
            // One that is too long is not kept, so it is not copied either: the response to a large batch has many megabytes.
            await KeepAsync(request, answer.Length > NexusIdempotency.MaxAnswerBytes ? answer
                : KeptAnswer.Of(context, answer, hashed?.GetHash()).ToBytes());
        }
        else if (!isStreamed && IsRefused(context.Response.StatusCode)) await ForgetAsync(request);
        if (answer.IsEmpty) return;
        context.Response.ContentLength = answer.Length;
        await context.SendAsync(answer);
    }

    /// <summary>The request was carried out, so its response is sent in any case. A repeat continues behind what was committed.</summary>
    private async Task KeepAsync(IdempotentRequest request, ReadOnlyMemory<byte> answer)
    {
        try
        {
            await request.CompleteAsync(answer, CancellationToken.None);
        }
        catch (NexusException error)
        {
            LogNotKept(logger, error);
        }
    }

    private async Task ForgetAsync(IdempotentRequest request)
    {
        try
        {
            await request.ForgetAsync(CancellationToken.None);
        }
        catch (NexusException error)
        {
            LogNotKept(logger, error);
        }
    }

    private static Problem? ProblemOf(Exception error, HttpContext context) =>
        context.RequestAborted.IsCancellationRequested ? null
            : error is JsonException malformed ? JsonProblem.From(malformed, context) : Problem.From(error, context);

    /// <summary>Refused before anything was done, so that the key may be used for the corrected request.</summary>
    private static bool IsRefused(int status) => status is StatusCodes.Status400BadRequest or StatusCodes.Status403Forbidden
        or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType;

    private static Problem Mismatch() => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused",
        "this Idempotency-Key was sent with another request: another path, query or body. Use a new key for a new request", IdempotencyKey.Header);

    private static Problem InProgress() => Problem.Of(
        StatusCodes.Status409Conflict, "request_in_progress", "the first request with this Idempotency-Key is still running: repeat it later",
        IdempotencyKey.Header) with
    { RetryAfterSeconds = 1 };

    private static Problem NotKept() => Problem.Of(
        StatusCodes.Status409Conflict, "response_not_kept",
        $"the first request with this Idempotency-Key was carried out, but its response has more than {NexusIdempotency.MaxAnswerBytes} bytes and "
            + "was not kept: read the records instead", IdempotencyKey.Header);

    [LoggerMessage(
        3022, LogLevel.Warning,
        "The response to a request with an Idempotency-Key could not be kept; a repeat continues behind what the request has committed")]
    private static partial void LogNotKept(ILogger logger, Exception error);
}

/// <summary>A route that handles its body as it arrives, however long it is.</summary>
internal sealed class StreamedBody
{
    public static StreamedBody Instance { get; } = new();
}

/// <summary>A route that changes nothing although its method is POST.</summary>
internal sealed class ReadingPost
{
    public static ReadingPost Instance { get; } = new();
}
