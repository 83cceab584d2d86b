namespace Nexus.Sessions;

/// <summary>One member of a batch of sessions to save.</summary>
/// <param name="Session">Its version and time are ignored.</param>
/// <param name="Keep">Secrets that keep their stored value, whatever the session contains.</param>
public sealed record SessionSave(Session Session, KeepSecrets Keep = KeepSecrets.None);
