using Nexus.Operations.Alerts;
using Nexus.Operations.Status;
using Nexus.Server.Api;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>What is not well now, worst first. Asks no store.</summary>
internal sealed class HealthReader(
    NexusDb db, ApiKeyRegistry keys, FigureRecorder recorder, StoreGlance store, IAlertBook alerts, ServerOptions options, TimeProvider clock)
{
    private const double LittleDisk = 0.1;
    private const double AlmostNoDisk = 0.03;
    private const double FullPool = 0.9;

    public IReadOnlyList<HealthItem> Read() => [.. Find().OrderBy(item => item.Tone == "bad" ? 0 : 1)];

    /// <summary>Equal as long as the same things are not well.</summary>
    public static string FingerprintOf(IEnumerable<HealthItem> items) =>
        string.Join(' ', items.Select(item => item.Code == HealthItem.Alert ? item.Value : item.Code).Distinct());

    /// <summary>Free and all bytes of the disk of the data folder; null if they are unknown.</summary>
    public (long Free, long All)? ReadDisk()
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(options.Nexus.DataFolder));
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private IEnumerable<HealthItem> Find()
    {
        if (db.Fallback is { IsLocal: true } outage)
        {
            var length = outage.Since is { } since ? Formats.Length(clock.GetUtcNow() - since) : null;
            yield return new HealthItem("bad", "outage", length, outage.Message is null ? null : OperatorTerms.Translate(outage.Message), "/outbox");
        }
        else if (store.Error is { } error) yield return new HealthItem("bad", "store", Detail: OperatorTerms.Translate(error));
        if (keys.Distrust is { } distrust) yield return new HealthItem("bad", "keys", Detail: distrust, Link: "/api-keys");
        if (db.Fallback is { Quarantined: > 0 and var refused }) yield return new HealthItem("bad", "quarantined", $"{refused}", Link: "/outbox");
        if (db.Fallback is { Conflicts: > 0 and var conflicts }) yield return new HealthItem("warn", "conflicts", $"{conflicts}", Link: "/outbox");
        foreach (var concern in OperatorTerms.Translate(db.Concerns)) yield return new HealthItem("warn", "concern", concern.Code, concern.Message);
        if (recorder.Latest.Errors > 0) yield return new HealthItem("warn", "errors");
        if (store.Status is { PoolMax: > 0 } pool && pool.PoolSize >= pool.PoolMax * FullPool)
            yield return new HealthItem("warn", "pool", $"{pool.PoolSize} / {pool.PoolMax}");
        if (ReadDisk() is { All: > 0 } disk && (double)disk.Free / disk.All < LittleDisk)
            yield return new HealthItem((double)disk.Free / disk.All < AlmostNoDisk ? "bad" : "warn", "disk", $"{disk.Free * 100 / disk.All} %");
        foreach (var alert in alerts.Alerts.Where(alert => alert is { State: AlertState.Firing, SilencedUntil: null }))
            yield return new HealthItem(
                alert.Severity == AlertSeverity.Critical ? "bad" : "warn", HealthItem.Alert, alert.Rule, alert.Summary, "/alerts");
    }
}
