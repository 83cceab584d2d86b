using System.Text;

namespace Nexus.Fuzz;

/// <summary>An input as lines of text, for targets with several values. A line that is missing is empty.</summary>
internal ref struct InputLines(ReadOnlySpan<byte> input)
{
    /// <summary>What follows the lines that were taken.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = input;

    public string Next()
    {
        var end = Rest.IndexOf((byte)'\n');
        var line = end < 0 ? Rest : Rest[..end];
        Rest = end < 0 ? [] : Rest[(end + 1)..];
        return Encoding.UTF8.GetString(line);
    }
}
