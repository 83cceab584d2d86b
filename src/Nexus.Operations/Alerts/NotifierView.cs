namespace Nexus.Operations.Alerts;

/// <summary>A notifier as it is shown.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Type">webhook, telegram, smtp or log.</param>
/// <param name="Waiting">Deliveries that wait for it.</param>
/// <param name="FailingSince">Since when deliveries fail; null if the last one succeeded or there was none.</param>
/// <param name="Disabled">Whether it is disabled because its receiver accepts no more messages.</param>
/// <param name="Error">Why the last delivery failed; null if it did not.</param>
public sealed record NotifierView(string Name, string Type, int Waiting, DateTimeOffset? FailingSince, bool Disabled, string? Error);
