using Microsoft.Extensions.Hosting;
using Nexus.Audit;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>The last audit of the database that somebody asked for. One runs at a time, in the background.</summary>
internal sealed class DatabaseAudit(ServerOptions options, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;

    public bool IsRunning => !_running.IsCompleted;

    /// <summary>The report; null before the first.</summary>
    public AuditReport? Report { get; private set; }

    /// <summary>Why the last audit failed; null if it did not.</summary>
    public string? Error { get; private set; }

    public void Start(Texts texts)
    {
        lock (_gate)
        {
            if (IsRunning) return;
            Error = null;
            _running = RunAsync(texts);
        }
    }

    private async Task RunAsync(Texts texts)
    {
        try
        {
            var audit = new AuditOptions
            {
                ConnectionString = DatabaseUrl.ParseDirect(options.Nexus.ForPostgres()).ConnectionString,
                Window = Window,
                Language = texts.Language == "es" ? AuditLanguage.Spanish : AuditLanguage.English,
                TimeProvider = clock,
            };
            Report = await Auditor.RunAsync(audit, cancellationToken: lifetime.ApplicationStopping);
        }
        catch (Exception error) when (error is NexusException or OperationCanceledException)
        {
            Error = error.Message;
        }
        catch (AuditException error)
        {
            // Its message names properties of the library, which nobody can set here.
            Error = error.Kind == AuditErrorKind.PrivilegedRole ? texts.Format("audit.privileged") : error.Reason;
        }
        catch (Exception error)
        {
            Error = texts.Format("audit.unexpected", error.GetType().Name);
        }
    }
}
