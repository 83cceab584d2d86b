using System.Diagnostics.CodeAnalysis;

namespace Nexus.Fuzz;

/// <summary>Ends asynchronous work on this thread, whose memory is counted. Inputs are in memory, so that nothing waits.</summary>
internal static class Awaiting
{
    private const string Reason = "The fuzzer runs one input at a time on its main thread, without a synchronisation context.";

    [SuppressMessage("Usage", "VSTHRD002", Justification = Reason)]
    public static T Result<T>(this Task<T> task) => task.GetAwaiter().GetResult();

    [SuppressMessage("Usage", "VSTHRD002", Justification = Reason)]
    public static void Complete(this Task task) => task.GetAwaiter().GetResult();

    public static List<T> ToList<T>(this IAsyncEnumerable<T> items, Action<T> seen)
    {
        return CollectAsync().Result();

        async Task<List<T>> CollectAsync()
        {
            List<T> all = [];
            await foreach (var item in items)
            {
                seen(item);
                all.Add(item);
            }
            return all;
        }
    }
}
