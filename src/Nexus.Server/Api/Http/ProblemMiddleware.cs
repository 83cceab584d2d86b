using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Nexus.Server.Api;

/// <summary>Every error becomes a problem document: those thrown, and those that routing expresses as a bare status.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var response = context.Response;
            if (response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }) await Problem.ForStatus(response.StatusCode).WriteAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to hear it.
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
                // Half an answer went out already. The caller must notice that it is not whole.
                LogBrokenOff(logger, error);
                context.Abort();
            }
        }
    }

    [LoggerMessage(3020, LogLevel.Error, "A request failed: {TraceId}")]
    private static partial void LogFailed(ILogger logger, Exception error, string traceId);

    [LoggerMessage(3021, LogLevel.Warning, "An answer was broken off in the middle")]
    private static partial void LogBrokenOff(ILogger logger, Exception error);
}
