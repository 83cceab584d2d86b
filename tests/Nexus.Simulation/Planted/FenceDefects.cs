using Nexus.Postgres;

namespace Nexus.Simulation;

/// <summary>A server on a lower timeline than the highest one seen is not refused.</summary>
internal sealed class TimelineNotChecked : Plant
{
    public override FenceParts Fence { get; } = new Parts();

    private sealed class Parts : FenceParts
    {
        public override ServerLook Read(ServerLook look, PrimaryFence fence) =>
            look with { Timeline = Math.Max(look.Timeline ?? 0, fence.Timeline ?? 0) };
    }
}

/// <summary>The highest timeline is not kept in the data folder.</summary>
internal sealed class TimelineForgotten : Plant
{
    public override FenceParts Fence { get; } = new Parts();

    private sealed class Parts : FenceParts
    {
        public override bool Remembers => false;
    }
}

/// <summary>The response of a server counts although a newer primary was seen before it arrived.</summary>
internal sealed class LateResponseCounted : Plant
{
    public override FenceParts Fence { get; } = new Parts();

    private sealed class Parts : FenceParts
    {
        public override bool ChecksResponses => false;
    }
}
