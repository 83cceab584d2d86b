using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Leadership;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>
/// Evaluates the rules after each round of samples. Every instance judges itself; one leader judges what is shared, and tells about the alerts of all
/// instances. While the store is unavailable there is no leader: the last one goes on and the others stay quiet.
/// </summary>
internal sealed partial class AlertService(
    SettingsFile file, IAlertRecords records, Func<ILeaderElection> election, DeliverySender sender, string instance, Func<bool> isStoreUp,
        IMeterFactory meters, TimeProvider clock, ILogger<AlertService> logger, INoticeQueue? notices = null)
    : BackgroundService, IMetricRound, IAlertBook
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly AlertTracker _own = new(instance);
    private readonly LeaderState _state = new(records);
    private readonly InstanceReports _reports = new(records, instance, clock);
    private readonly StoredSilences _silences = new(records, clock);
    private readonly AlertViews _views = new();
    private ILeaderTerm? _term;
    private bool _ledLast;
    private bool _isRestored;
    private bool _mustReload;
    private Task _sending = Task.CompletedTask;

    public IEnumerable<string> Metrics => file.Settings.Rules.SelectMany(rule => rule.Value.Metrics);

    public IReadOnlyList<AlertView> Alerts => _views.Alerts;

    public IReadOnlyList<Silence> Silences => [.. file.Settings.Silences.Where(silence => silence.Until > clock.GetUtcNow()), .. _silences.Current];

    public IReadOnlyList<NotifierView> Notifiers => _views.Notifiers;

    public bool IsLeader => Volatile.Read(ref _term) is not null;

    public string? SettingsError => file.Error;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AlertSettingsException error)
        {
            throw new NexusConfigurationException("--alerts", error.Message, error);
        }
        _views.Show([], file.Settings, _silences.Current, _state.Book, clock.GetUtcNow());
        AlertInstruments.Add(meters.Create(MonitoringServices.MeterName), this);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task RunAsync(MetricWindow window, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await file.RefreshAsync(cancellationToken).ConfigureAwait(false);
            var isUp = isStoreUp();
            if (isUp) await TryStoreAsync(() => RestoreAsync(cancellationToken)).ConfigureAwait(false);
            var changed = _own.Update(file.Settings.Rules.Where(rule => rule.Scope == AlertScope.Instance), window);
            if (isUp && _isRestored)
            {
                await TryStoreAsync(() => _reports.SaveOwnAsync(_own.Alerts, changed, cancellationToken)).ConfigureAwait(false);
                await TryStoreAsync(() => _silences.RefreshAsync(cancellationToken)).ConfigureAwait(false);
            }
            var all = await LeadAsync(window, isUp, cancellationToken).ConfigureAwait(false);
            if (isUp && !_mustReload && Volatile.Read(ref _term) is { Lost.IsCancellationRequested: false } term)
                await TryStoreAsync(() => TakeNoticesAsync(term.Lost)).ConfigureAwait(false);
            _views.Show(all, file.Settings, _silences.Current, _state.Book, clock.GetUtcNow());
            if (_sending.IsCompleted) _sending = Task.Run(() => SendDueAsync(cancellationToken), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<Silence> SilenceAsync(Silence silence, CancellationToken cancellationToken)
    {
        silence.Validate(clock.GetUtcNow());
        var rules = RuleCatalogue.All.Concat(file.Settings.Rules).Select(rule => rule.Name).ToList();
        // A silence that matches nothing would let through an alert that its author believes to be silenced.
        if (!rules.Exists(rule => NamePattern.Matches(silence.Rule, rule)))
            throw new NexusValidationException("rule", $"matches no rule{Suggestion.For(silence.Rule, rules)}");
        return _silences.AddAsync(silence, cancellationToken);
    }

    public Task<bool> EndSilenceAsync(string id, CancellationToken cancellationToken) => _silences.EndAsync(id, cancellationToken);

    public async Task<string?> TestAsync(string notifier, CancellationToken cancellationToken)
    {
        var settings = file.Settings.Notifiers.FirstOrDefault(known => known.Name == notifier) ?? throw new NexusNotFoundException("the notifier");
        var now = clock.GetUtcNow();
        var result = await sender.SendAsync(
            settings,
            new Delivery
            {
                Id = $"msg_{Guid.CreateVersion7(now):n}",
                Notifier = notifier,
                Kind = NoticeKind.Test,
                Alerts = [],
                CreatedAt = now,
                NextAttemptAt = now,
            },
            cancellationToken).ConfigureAwait(false);
        if (!result.Arrived) return result.Error;
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A notifier that works again is enabled again; other instances hear of it from the leader's next success.
            if (_state.Book.Notifiers.Remove(notifier) && IsLeader && isStoreUp())
                await TryStoreAsync(() => _state.SaveAsync(cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
        return null;
    }

    /// <summary>Failing notifiers as a metric, so that a rule can judge them.</summary>
    public IEnumerable<Measurement<int>> ReadFailing() => Notifiers.Select(notifier => new Measurement<int>(
        notifier.Disabled || notifier.FailingSince is not null ? 1 : 0, new KeyValuePair<string, object?>("notifier", notifier.Name)));

    /// <summary>Firing alerts as a metric.</summary>
    public IEnumerable<Measurement<int>> ReadFiring() => Enum.GetValues<AlertSeverity>().Select(severity => new Measurement<int>(
        Alerts.Count(alert => alert.State == AlertState.Firing && alert.Severity == severity),
        new KeyValuePair<string, object?>("severity", severity == AlertSeverity.Critical ? "critical" : "warning")));

    /// <summary>Waiting deliveries as a metric.</summary>
    public int WaitingDeliveries => Notifiers.Sum(notifier => notifier.Waiting);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await election().RunAsLeaderAsync(LeadTermAsync, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogElection(logger, error.Message);
                await Task.Delay(TimeSpan.FromSeconds(5), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LeadTermAsync(ILeaderTerm term)
    {
        await _turn.WaitAsync(term.Lost).ConfigureAwait(false);
        try
        {
            await _state.LoadAsync(term.Lost).ConfigureAwait(false);
            (_ledLast, _mustReload) = (true, false);
            Volatile.Write(ref _term, term);
        }
        finally
        {
            _turn.Release();
        }
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, term.Lost).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _term, null);
        }
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_isRestored) return;
        _own.Restore(await _reports.LoadOwnAsync(cancellationToken).ConfigureAwait(false));
        _isRestored = true;
    }

    /// <summary>The part of the leader. Returns the alerts that this instance knows.</summary>
    private async Task<IReadOnlyCollection<TrackedAlert>> LeadAsync(MetricWindow window, bool isUp, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var term = Volatile.Read(ref _term);
        var leads = term is { Lost.IsCancellationRequested: false };
        if (!leads && !_ledLast) return _own.Alerts;
        if (!leads && isUp)
        {
            // Another instance leads, or this one is about to again. What was told alone is ended by who told it.
            _ledLast = _state.KeepOnlyAlone();
            NotificationPlanner.TellEnds(_state.Book, Firing(_own.Alerts), file.Settings, now);
            return _own.Alerts;
        }
        if (leads && isUp && _mustReload && !await TryStoreAsync(() => ReloadAsync(term!)).ConfigureAwait(false)) return _own.Alerts;
        var changed = _state.Update(file.Settings.Rules.Where(rule => rule.Scope == AlertScope.Shared), window);
        IReadOnlyList<TrackedAlert> others = [];
        if (leads && isUp)
        {
            await TryStoreAsync(async () => others = await _reports.LoadOthersAsync(cancellationToken).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        IReadOnlyCollection<TrackedAlert> all = [.. _own.Alerts, .. _state.Shared, .. others];
        var told = _state.Book.Told.Keys.ToList();
        // Until the own report is read, what it says is unknown, not over.
        if (_isRestored || !leads) changed |= NotificationPlanner.Plan(_state.Book, all, file.Settings, _silences.Current, now);
        if (!changed) return all;
        // During an outage the fallback would take the document too, and replay it over that of a newer leader.
        if (!leads || !isUp || !await TryStoreAsync(() => _state.SaveAsync(term!.Lost)).ConfigureAwait(false))
            _state.NoteAlone(_state.Book.Told.Keys.Except(told));
        return all;
    }

    private async Task ReloadAsync(ILeaderTerm term)
    {
        await term.EnsureHeldAsync(term.Lost).ConfigureAwait(false);
        await _state.LoadAsync(term.Lost).ConfigureAwait(false);
        _mustReload = false;
    }

    private static Dictionary<string, TrackedAlert> Firing(IEnumerable<TrackedAlert> alerts) =>
        alerts.Where(alert => alert.State == AlertState.Firing).ToDictionary(alert => alert.Fingerprint, StringComparer.Ordinal);

    /// <summary>False if the store did not take it: what holds in memory counts until it does.</summary>
    private async Task<bool> TryStoreAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (NexusConflictException)
        {
            // Another instance leads, and the lease says so a moment later; or a document of this one was spooled and replayed.
            _mustReload = true;
            return false;
        }
        // A document of the store may be one that something else wrote.
        catch (Exception error) when (error is NexusException or LeadershipLostException or OperationCanceledException or InvalidOperationException
            or System.Text.Json.JsonException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }

    [LoggerMessage(2114, LogLevel.Warning, "The election of a leader for the alerts failed and is tried again: {Reason}")]
    private static partial void LogElection(ILogger logger, string reason);
}
