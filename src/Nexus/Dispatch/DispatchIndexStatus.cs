namespace Nexus.Dispatch;

/// <summary>The index in memory that selects the recipients of signals.</summary>
/// <param name="IsReady">Whether it serves. While it does not, each signal is one query of the store.</param>
/// <param name="Sessions">Sessions read into it so far; during a build this is the progress.</param>
/// <param name="Pending">Chats that changed and are read again by the next signal.</param>
/// <param name="SizeBytes">Memory that it takes, about.</param>
/// <param name="Builds">How often it was built completely since the start.</param>
public readonly record struct DispatchIndexStatus(bool IsReady, long Sessions, long Pending, long SizeBytes, long Builds);
