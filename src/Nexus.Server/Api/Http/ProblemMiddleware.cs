using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Server.Api;

/// <summary>Turns every error into a problem document: exceptions, and bare statuses of routing.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var response = context.Response;
            if (response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await Problem.ForStatus(response.StatusCode).WriteAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has disconnected.
        }
        catch (Exception error)
        {
            var problem = error is JsonException malformed ? JsonProblem.From(malformed, context) : Problem.From(error, context);
            if (problem is null or { Body.Status: StatusCodes.Status500InternalServerError }) LogFailed(logger, error, context.TraceIdentifier);
            if (!context.Response.HasStarted)
            {
                context.Response.Clear();
                await (problem ?? Problem.Unforeseen(context)).WriteAsync(context);
            }
            else
            {
                // Part of the response has been sent. Abort, so that the caller notices that it is incomplete.
                LogBrokenOff(logger, error);
                context.Abort();
            }
        }
    }

    [LoggerMessage(3020, LogLevel.Error, "A request failed: {TraceId}")]
    private static partial void LogFailed(ILogger logger, Exception error, string traceId);

    [LoggerMessage(3021, LogLevel.Warning, "A response was aborted before its end")]
    private static partial void LogBrokenOff(ILogger logger, Exception error);
}
