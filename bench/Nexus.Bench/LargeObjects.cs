using System.Diagnostics.Tracing;

namespace Nexus.Bench;

/// <summary>Counts what goes to the large object heap while it exists: the runtime reports about each 100 kB that are allocated there.</summary>
/// <remarks>https://learn.microsoft.com/dotnet/fundamentals/diagnostics/runtime-garbage-collection-events#gcallocationtick_v3-event</remarks>
internal sealed class LargeObjects : EventListener
{
    private const EventKeywords GarbageCollection = (EventKeywords)1;
    private const int KindOfAllocation = 1;
    private const int Amount = 3;
    private const int Large = 1;

    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Verbose, GarbageCollection);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true) return;
        if (Convert.ToInt32(eventData.Payload![KindOfAllocation]) == Large) Interlocked.Add(ref _bytes, Convert.ToInt64(eventData.Payload[Amount]));
    }
}
