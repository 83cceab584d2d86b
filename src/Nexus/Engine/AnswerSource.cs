using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>
/// The sources of one caller's results: the receipts of its writes and the sources of its reads, recorded as they arrive. A caller that needs to know
/// begins it before the calls; it follows them through their awaits.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class AnswerSource
{
    private static readonly AsyncLocal<AnswerSource?> Current = new();

    private ReplicaSource? _replica;
    private int _written;
    private int _spooled;

    /// <summary>Records the sources of the calls that follow in this flow of control.</summary>
    public static AnswerSource Begin() => Current.Value = new AnswerSource();

    /// <summary>Whether a write was acknowledged.</summary>
    public bool HasWritten => Volatile.Read(ref _written) != 0;

    /// <summary>Whether any write that was acknowledged is in the outbox only.</summary>
    public bool HasSpooled => Volatile.Read(ref _spooled) != 0;

    /// <summary>The oldest local replica that served a read; null if none did.</summary>
    public ReplicaSource? Replica => Volatile.Read(ref _replica);

    /// <summary>A write was acknowledged.</summary>
    internal static void Wrote(bool isSpooled)
    {
        if (Current.Value is not { } answer) return;
        Volatile.Write(ref answer._written, 1);
        if (isSpooled) Volatile.Write(ref answer._spooled, 1);
    }

    /// <summary>The local replica served a read.</summary>
    internal static void Read(ReplicaSource source)
    {
        if (Current.Value is not { } answer) return;
        if (answer.Replica is { } known && (known.AsOf is null || known.AsOf <= source.AsOf)) return;
        Volatile.Write(ref answer._replica, source);
    }
}
