using Nexus.Leases;

namespace Nexus.Simulation;

/// <summary>The table of leases, each call one statement that the server's clock judges.</summary>
internal sealed class ModelLeases(TimeProvider clock)
{
    private readonly Dictionary<string, (string Holder, long Epoch, DateTimeOffset TakenAt, DateTimeOffset ExpiresAt)> _rows =
        new(StringComparer.Ordinal);

    public Lease? Take(string name, string holder, TimeSpan duration)
    {
        var now = clock.GetUtcNow();
        var isKnown = _rows.TryGetValue(name, out var row);
        if (isKnown && row.ExpiresAt > now) return null;
        _rows[name] = (holder, isKnown ? row.Epoch + 1 : 1, now, now + duration);
        return new Lease(name, holder, _rows[name].Epoch, duration, now + duration);
    }

    /// <param name="lease">As it was taken.</param>
    /// <param name="isFenced">Whether a later holder is respected; only a planted defect does not.</param>
    public Lease? Renew(Lease lease, bool isFenced = true)
    {
        if (isFenced && !IsHeld(lease)) return null;
        var until = clock.GetUtcNow() + lease.Duration;
        _rows[lease.Name] = _rows[lease.Name] with { Holder = lease.Holder, ExpiresAt = until };
        return lease with { ExpiresAt = until };
    }

    public bool Release(Lease lease)
    {
        if (!IsHeld(lease)) return false;
        _rows[lease.Name] = _rows[lease.Name] with { ExpiresAt = clock.GetUtcNow() };
        return true;
    }

    public bool IsHeld(Lease lease) => _rows.TryGetValue(lease.Name, out var row) && row.Holder == lease.Holder && row.Epoch == lease.Epoch
        && row.ExpiresAt > clock.GetUtcNow();

    /// <summary>Lets another server have the row of a lease.</summary>
    public Action<ModelServer> Copy(string name)
    {
        var row = _rows[name];
        return other => other.Leases._rows[name] = row;
    }

    public bool Has(string name) => _rows.ContainsKey(name);

    public LeaseStatus? Find(string name) => _rows.TryGetValue(name, out var row)
        ? new LeaseStatus(name, row.Holder, row.Epoch, row.TakenAt, row.ExpiresAt, row.ExpiresAt > clock.GetUtcNow())
        : null;
}
