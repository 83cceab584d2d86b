namespace Nexus.Fuzz;

/// <summary>Runs one input and judges what happens: the error, the memory, and what is shown.</summary>
internal static class FuzzRun
{
    /// <exception cref="FuzzFailureException">The input breaks a rule.</exception>
    public static void Check(FuzzTarget target, byte[] input)
    {
        var allowed = target.FreeBytes + (target.BytesPerByte * input.Length);
        if (Run(target, input) <= allowed) return;
        // The first input that reaches a part of the program also pays for its static data.
        if (Run(target, input) is var allocated && allocated > allowed)
            throw new FuzzFailureException($"{target.Name}: {input.Length} bytes of input allocated {allocated} bytes, allowed are {allowed}");
    }

    /// <summary>The bytes that were allocated.</summary>
    private static long Run(FuzzTarget target, byte[] input)
    {
        var shown = new ShownTexts();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input, shown);
        }
        catch (Exception error) when (target.IsDocumented(error))
        {
            shown.Add(error.Message);
        }
        catch (Exception error) when (error is not FuzzFailureException)
        {
            throw new FuzzFailureException($"{target.Name}: {error.GetType().Name} is not documented: {error.Message}", error);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (shown.Leak is { } leak && target.HidesPlanted(input)) throw new FuzzFailureException($"{target.Name}: a secret is shown: {leak}");
        return allocated;
    }
}
