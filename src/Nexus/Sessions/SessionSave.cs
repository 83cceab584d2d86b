namespace Nexus.Sessions;

/// <summary>One member of a batch of sessions to save.</summary>
/// <param name="Session">Its version and time are not looked at.</param>
/// <param name="Keep">Secrets that stay as they are stored, whatever the session says.</param>
public sealed record SessionSave(Session Session, KeepSecrets Keep = KeepSecrets.None);
