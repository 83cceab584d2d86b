namespace Nexus.Operations.Alerts;

/// <summary>Why a message is sent.</summary>
internal enum NoticeKind
{
    /// <summary>Alerts began to fire.</summary>
    Firing,

    /// <summary>Alerts still fire.</summary>
    Repeated,

    /// <summary>Alerts ended.</summary>
    Resolved,

    /// <summary>Subscriptions end soon.</summary>
    Subscription,

    /// <summary>Somebody tries the notifier.</summary>
    Test,
}
