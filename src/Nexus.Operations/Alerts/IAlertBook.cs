namespace Nexus.Operations.Alerts;

/// <summary>The alerts as this instance knows them, for display. Safe for concurrent use.</summary>
public interface IAlertBook
{
    /// <summary>Alerts: firing ones first, then pending, then those resolved within the last hour. The leader knows those of all instances.</summary>
    IReadOnlyList<AlertView> Alerts { get; }

    /// <summary>The silences that have not ended.</summary>
    IReadOnlyList<Silence> Silences { get; }

    /// <summary>The notifiers.</summary>
    IReadOnlyList<NotifierView> Notifiers { get; }

    /// <summary>Whether this instance sends notifications.</summary>
    bool IsLeader { get; }

    /// <summary>What is wrong with the settings file that was changed last; null if it is in use.</summary>
    string? SettingsError { get; }

    /// <summary>Silences alerts on every instance.</summary>
    /// <exception cref="Errors.NexusValidationException">The silence is invalid: it needs a rule, an end in the future and a reason.</exception>
    Task<Silence> SilenceAsync(Silence silence, CancellationToken cancellationToken);

    /// <summary>Ends a silence early. False if there is none with the id.</summary>
    Task<bool> EndSilenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>Sends a test message now. Null if it arrived, otherwise the error.</summary>
    /// <exception cref="Errors.NexusNotFoundException">There is no notifier of this name.</exception>
    Task<string?> TestAsync(string notifier, CancellationToken cancellationToken);
}
