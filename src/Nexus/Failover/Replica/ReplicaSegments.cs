using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// How far the copy of a table is known, in the order of its records. A segment ends at a place and has a horizon: every change by an earlier
/// transaction of PostgreSQL is in it. Null: it was never copied, or nothing is known of it any more.
/// </summary>
internal sealed class ReplicaSegments
{
    private readonly IReadOnlyList<ReplicaSegment> _segments;

    private ReplicaSegments(IReadOnlyList<ReplicaSegment> segments) => _segments = segments;

    /// <summary>Nothing is known.</summary>
    public static ReplicaSegments Unknown { get; } = All(horizon: null);

    public IReadOnlyList<ReplicaSegment> List => _segments;

    /// <summary>The whole table with one horizon.</summary>
    public static ReplicaSegments All(long? horizon) => new([new ReplicaSegment(RecordStamp.End, horizon)]);

    /// <summary>Segments in ascending order; null if they do not cover the table.</summary>
    public static ReplicaSegments? Of(IReadOnlyList<ReplicaSegment> segments) =>
        segments.Count > 0 && segments[^1].Through == RecordStamp.End ? new ReplicaSegments(segments) : null;

    /// <summary>The segment that follows a place.</summary>
    public ReplicaSegment After(string place) => _segments.First(segment => Ends(segment, behind: place));

    /// <summary>Everything up to a place has this horizon from now on.</summary>
    public ReplicaSegments Cover(string through, long? horizon)
    {
        if (through == RecordStamp.End) return All(horizon);
        var rest = _segments.Where(segment => Ends(segment, behind: through)).ToList();
        if (rest[0].Horizon != horizon) rest.Insert(0, new ReplicaSegment(through, horizon));
        return new ReplicaSegments(rest);
    }

    private static bool Ends(ReplicaSegment segment, string behind) =>
        segment.Through == RecordStamp.End || Utf8Order.Instance.Compare(segment.Through, behind) > 0;
}

/// <summary>A part of a table in the order of its records.</summary>
/// <param name="Through">Its last place.</param>
/// <param name="Horizon">Every change by an earlier transaction is in it; null if it must be copied.</param>
internal readonly record struct ReplicaSegment(string Through, long? Horizon);
