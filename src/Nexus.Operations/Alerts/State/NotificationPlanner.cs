namespace Nexus.Operations.Alerts;

/// <summary>Decides which notifications are due: one when an alert fires, further ones at an interval, and one when it ends.</summary>
internal static class NotificationPlanner
{
    /// <summary>More waiting deliveries are not kept: the oldest repetitions go first.</summary>
    public const int MaxDeliveries = 200;

    /// <summary>More alerts are not listed in one message.</summary>
    public const int MaxPerMessage = 20;

    /// <summary>Adds deliveries to the book and marks their alerts as notified. True if anything changed.</summary>
    /// <param name="book">The notifications so far.</param>
    /// <param name="alerts">Every alert of every instance.</param>
    /// <param name="settings">Who is notified, and when.</param>
    /// <param name="silences">Silences at run time, beside those of the settings.</param>
    /// <param name="now">The time.</param>
    public static bool Plan(
        LeaderBook book, IReadOnlyCollection<TrackedAlert> alerts, AlertSettings settings, IReadOnlyList<Silence> silences, DateTimeOffset now)
    {
        var firing = alerts.Where(alert => alert.State == AlertState.Firing).DistinctBy(alert => alert.Fingerprint)
            .ToDictionary(alert => alert.Fingerprint, StringComparer.Ordinal);
        var before = book.Deliveries.Count;
        var changed = TellEnds(book, firing, settings, now);
        var heard = firing.Values.Where(alert => !settings.IsQuiet(alert.Severity, now) && !IsSilenced(alert, settings, silences, now)).ToList();
        TellBeginnings(book, heard, settings, now);
        TellAgain(book, heard, settings, now);
        if (book.Deliveries.Count == before && !changed) return false;
        Shorten(book);
        return true;
    }

    public static Silence? SilenceOf(TrackedAlert alert, AlertSettings settings, IReadOnlyList<Silence> silences, DateTimeOffset now) =>
        settings.Silences.Concat(silences).Where(silence => silence.Matches(alert.Rule, alert.Label, now)).MaxBy(silence => silence.Until);

    /// <summary>The newest facts of an alert, for a message.</summary>
    public static AlertNotice Notice(TrackedAlert alert, AlertSettings settings)
    {
        var rule = settings.Rules.FirstOrDefault(rule => rule.Name == alert.Rule);
        return new AlertNotice
        {
            Rule = alert.Rule,
            Severity = alert.Severity,
            Labels = alert.Labels,
            Value = alert.Value,
            FiredAt = alert.FiredAt ?? alert.ActiveAt,
            Summary = rule?.Summary ?? "",
            Remedy = rule?.Remedy ?? "",
            Unit = rule?.Unit ?? "",
        };
    }

    private static bool IsSilenced(TrackedAlert alert, AlertSettings settings, IReadOnlyList<Silence> silences, DateTimeOffset now) =>
        SilenceOf(alert, settings, silences, now) is not null;

    /// <summary>Notifies of the end those that were notified of the beginning.</summary>
    public static bool TellEnds(LeaderBook book, Dictionary<string, TrackedAlert> firing, AlertSettings settings, DateTimeOffset now)
    {
        var ended = book.Told.Where(told => !firing.ContainsKey(told.Key)).ToList();
        foreach (var (fingerprint, _) in ended) book.Told.Remove(fingerprint);
        // Those that were notified of the beginning are notified of the end, whatever the routes say by now.
        foreach (var group in ended.SelectMany(told => told.Value.Notifiers.Select(notifier => (Notifier: notifier, told.Value.Notice)))
            .Where(told => settings.Notifiers.Any(known => known.Name == told.Notifier)).GroupBy(told => told.Notifier, StringComparer.Ordinal))
        {
            foreach (var part in group.Chunk(MaxPerMessage))
                Add(book, group.Key, NoticeKind.Resolved, part.Select(told => told.Notice with { ResolvedAt = now }), now);
        }
        return ended.Count > 0;
    }

    private static void TellBeginnings(LeaderBook book, List<TrackedAlert> heard, AlertSettings settings, DateTimeOffset now)
    {
        foreach (var group in heard.Where(alert => !book.Told.ContainsKey(alert.Fingerprint)).GroupBy(alert => GroupOf(alert, settings)))
        {
            if (group.Max(alert => now - (alert.FiredAt ?? now)) < settings.GroupWait) continue;
            Tell(book, [.. group], NoticeKind.Firing, settings, now);
        }
    }

    private static void TellAgain(LeaderBook book, List<TrackedAlert> heard, AlertSettings settings, DateTimeOffset now)
    {
        var due = heard.Where(alert => book.Told.TryGetValue(alert.Fingerprint, out var told) && now - told.ToldAt >= settings.Repeat).ToList();
        foreach (var group in due.GroupBy(alert => GroupOf(alert, settings))) Tell(book, [.. group], NoticeKind.Repeated, settings, now);
    }

    private static void Tell(LeaderBook book, List<TrackedAlert> alerts, NoticeKind kind, AlertSettings settings, DateTimeOffset now)
    {
        var routed = alerts.ConvertAll(alert => (Alert: alert, Notice: Notice(alert, settings), Notifiers: settings.NotifiersOf(alert)));
        foreach (var (alert, notice, notifiers) in routed)
            book.Told[alert.Fingerprint] = new ToldAlert { Notice = notice, ToldAt = now, Notifiers = [.. notifiers] };
        foreach (var notifier in routed.SelectMany(told => told.Notifiers).Distinct(StringComparer.Ordinal))
        {
            foreach (var part in routed.Where(told => told.Notifiers.Contains(notifier)).Chunk(MaxPerMessage))
                Add(book, notifier, kind, part.Select(told => told.Notice), now);
        }
    }

    private static void Add(LeaderBook book, string notifier, NoticeKind kind, IEnumerable<AlertNotice> alerts, DateTimeOffset now) =>
        book.Deliveries.Add(new Delivery
        {
            Id = $"msg_{Guid.CreateVersion7(now):n}",
            Notifier = notifier,
            Kind = kind,
            Alerts = [.. alerts],
            CreatedAt = now,
            NextAttemptAt = now,
        });

    private static string GroupOf(TrackedAlert alert, AlertSettings settings) => string.Join('\n', settings.GroupBy.Select(name => name switch
    {
        "severity" => alert.Severity.ToString(),
        "rule" => alert.Rule,
        _ => alert.Label(name),
    }));

    private static void Shorten(LeaderBook book)
    {
        while (book.Deliveries.Count > MaxDeliveries)
        {
            var oldest = book.Deliveries.FindIndex(delivery => delivery.Kind == NoticeKind.Repeated);
            book.Deliveries.RemoveAt(Math.Max(0, oldest));
        }
    }
}
