using System.Globalization;
using System.Text;
using Nexus.Audit;

namespace Nexus.Operations.Alerts;

/// <summary>A message about alerts. Labels come from the database, so they are shown with their control characters escaped.</summary>
/// <param name="Delivery">What it tells.</param>
/// <param name="SentAt">The time of the attempt.</param>
internal sealed record AlertMessage(Delivery Delivery, DateTimeOffset SentAt)
{
    private const int LongestLabel = 100;

    /// <summary>One line.</summary>
    public string Subject => Delivery.Kind switch
    {
        NoticeKind.Subscription when Delivery.Subscriptions is [var only] => $"[SUBSCRIPTION] {only}",
        NoticeKind.Subscription => $"[SUBSCRIPTION] {Delivery.Subscriptions?.Count ?? 0} subscriptions end soon",
        NoticeKind.Test => "[TEST] Nexus alerts arrive here",
        NoticeKind.Resolved => $"[RESOLVED] {Names}",
        NoticeKind.Repeated => $"[STILL {Worst}] {Names}",
        _ => $"[{Worst}] {Names}",
    };

    /// <summary>The whole message as plain text.</summary>
    public string Body
    {
        get
        {
            if (Delivery.Kind == NoticeKind.Test) return "This is a test of a notifier. Nothing is wrong.";
            if (Delivery.Subscriptions is { } subscriptions) return string.Join('\n', subscriptions);
            var text = new StringBuilder();
            foreach (var alert in Delivery.Alerts)
            {
                if (text.Length > 0) text.Append('\n');
                text.Append(CultureInfo.InvariantCulture, $"{alert.Rule}{LabelsOf(alert)}\n{alert.Summary}\n");
                if (alert.ResolvedAt is { } end)
                    text.Append(CultureInfo.InvariantCulture, $"From {alert.FiredAt:yyyy-MM-dd HH:mm:ss} to {end:yyyy-MM-dd HH:mm:ss} UTC.\n");
                else
                {
                    text.Append(CultureInfo.InvariantCulture,
                        $"Value {AlertValue.Format(alert.Value, alert.Unit)}, since {alert.FiredAt:yyyy-MM-dd HH:mm:ss} UTC.\nWhat to do: "
                            + $"{alert.Remedy}\n");
                }
            }
            return text.ToString();
        }
    }

    private string Worst => Delivery.Alerts.Exists(alert => alert.Severity == AlertSeverity.Critical) ? "CRITICAL" : "WARNING";

    private string Names
    {
        get
        {
            var names = Delivery.Alerts.Select(alert => alert.Rule).Distinct(StringComparer.Ordinal).ToList();
            return names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";
        }
    }

    private static string LabelsOf(AlertNotice alert) => alert.Labels.Count == 0 ? ""
        : $" ({string.Join(", ", alert.Labels.Select(label => $"{label.Key} {Printable.Line(label.Value, LongestLabel)}"))})";
}
