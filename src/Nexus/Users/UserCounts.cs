namespace Nexus.Users;

/// <summary>How many users there are, by the store's clock.</summary>
/// <param name="Admins">Users with the role admin, who do not expire.</param>
/// <param name="Active">Subscribers whose subscription has not ended.</param>
/// <param name="Expired">Subscribers whose subscription has ended.</param>
public sealed record UserCounts(long Admins, long Active, long Expired)
{
    /// <summary>All users.</summary>
    public long Total => Admins + Active + Expired;
}
