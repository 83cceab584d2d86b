namespace Nexus.TestKit;

/// <summary>Any process of the machine, by its id.</summary>
public static class ProcessTable
{
    /// <summary>Whether it runs; one that ended and that nobody waited for yet does not.</summary>
    public static bool IsAlive(int processId)
    {
        try
        {
            return !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
