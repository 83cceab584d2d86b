namespace Nexus.Users;

/// <summary>How a save sets the end of a subscription. Days are counted by the store's clock when the write is applied.</summary>
internal enum ExpiryKind
{
    /// <summary>Never expires.</summary>
    Never,

    /// <summary>At a given instant.</summary>
    At,

    /// <summary>So many days from now.</summary>
    DaysFromNow,

    /// <summary>So many days after the later of now and the present end; never stays never.</summary>
    DaysMore,

    /// <summary>Keep what is stored; never for a new user, which <see cref="NexusUsers"/> does not create this way.</summary>
    Keep,
}

/// <param name="Since">
/// The "now" of <see cref="ExpiryKind.DaysMore"/> for a write that is replayed: when the caller was acknowledged. Null: the store's time of the
/// write.
/// </param>
internal readonly record struct Expiry(ExpiryKind Kind, DateTimeOffset At = default, int Days = 0, DateTimeOffset? Since = null);
