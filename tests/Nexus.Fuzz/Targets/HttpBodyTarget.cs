using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Server.Api;
using Nexus.Server.Settings;

namespace Nexus.Fuzz.Targets;

/// <summary>
/// A request body that arrives in pieces. The first character selects the reader, the second the length of the pieces. Every error must become a
/// response other than 500.
/// </summary>
internal abstract class HttpBodyTarget : FuzzTarget
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton<ServerOptions>()
        .AddSingleton<CallerLimits>().BuildServiceProvider();

    public override IReadOnlyList<string> Dictionaries => ["json", "secrets", "bodies"];

    /// <summary>A body that arrives in pieces is read again from the start of the unfinished value.</summary>
    public override long BytesPerByte => 8000;

    /// <summary>The content type of the requests.</summary>
    protected abstract string ContentType { get; }

    public override void Run(byte[] input, ShownTexts shown)
    {
        var (kind, piece) = (input.Length > 0 ? input[0] : 0, input.Length > 1 ? input[1] : 0);
        var http = new DefaultHttpContext { RequestServices = Services };
        http.Features.Set(new ApiKey("fuzz", "fuzz", ApiScopes.Bot, [], DateTimeOffset.UnixEpoch));
        http.Request.ContentType = ContentType;
        http.Request.Body = new PieceStream(input.AsMemory(Math.Min(2, input.Length)), 1 + (piece * 7));
        try
        {
            ReadAsync(http, kind, shown).Complete();
        }
        catch (Exception error)
        {
            if ((error is JsonException malformed ? JsonProblem.From(malformed, http) : Problem.From(error, http)) is not { Body: var problem }
                || problem.Status >= StatusCodes.Status500InternalServerError) throw;
            shown.Add(problem.Detail);
            shown.Add(problem.Field);
        }
    }

    public override bool IsDocumented(Exception error) => false;

    /// <summary>Reads the body as a route does, up to the writes that it makes.</summary>
    protected abstract Task ReadAsync(HttpContext http, int kind, ShownTexts shown);
}
