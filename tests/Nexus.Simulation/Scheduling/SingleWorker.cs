namespace Nexus.Simulation;

/// <summary>The conditions under which the thread pool runs everything on one thread and in one order.</summary>
internal static class SingleWorker
{
    /// <summary>Only a process that is started with this variable at 1 can limit the pool to one thread.</summary>
    public const string Variable = "DOTNET_PROCESSOR_COUNT";

    public static void Enforce()
    {
        if (Environment.ProcessorCount != 1 || !ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
            throw new InvalidOperationException($"start the simulation with {Variable}=1, or through ./test --simulate");
    }
}
