using Nexus;
using Nexus.Chats;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddNexus(options => options.ReadEnvironment());
builder.Services.AddHealthChecks().AddNexus();
var telemetry = builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddNexusInstrumentation().AddMeter("Npgsql", "Microsoft.AspNetCore.Hosting").AddPrometheusExporter());
// Traces go to a collector if one is configured: https://opentelemetry.io/docs/specs/otel/protocol/exporter/.
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
    telemetry.WithTracing(traces => traces.AddSource("Microsoft.AspNetCore").AddNexusInstrumentation().AddOtlpExporter());

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapPrometheusScrapingEndpoint();
app.MapGet("/access/{chatId}", async (string chatId, NexusDb db, CancellationToken cancellationToken) =>
    ChatId.TryParse(chatId, out var chat) ? Results.Ok(new { allowed = (await db.Users.CheckAccessAsync(chat, cancellationToken)).Allowed })
        : Results.BadRequest());
app.MapPut("/switches/ai-filter/{enabled:bool}", async (bool enabled, NexusDb db, CancellationToken cancellationToken) =>
    Results.Ok(new { version = (await db.BotState.PatchAsync(new() { AiFilterEnabled = enabled }, cancellationToken: cancellationToken)).Version }));
await app.RunAsync();
