namespace Nexus.Errors;

/// <summary>The store is unavailable; the same call may succeed later. Nothing was written.</summary>
public sealed class StoreUnavailableException : NexusException
{
    /// <summary>Creates the exception with a message that says what is wrong and which setting or step helps.</summary>
    public StoreUnavailableException(StoreUnavailableReason reason, string message, Exception? inner = null)
        : base("unavailable", message, inner) => Reason = reason;

    /// <summary>Why the store cannot serve.</summary>
    public StoreUnavailableReason Reason { get; }

    /// <summary>True unless this instance of the engine was stopped.</summary>
    public override bool IsTransient => Reason != StoreUnavailableReason.Stopped;
}
