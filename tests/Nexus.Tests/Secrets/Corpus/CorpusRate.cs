namespace Nexus.Tests.Secrets.Corpus;

/// <summary>How many cases of a file are judged wrong, by even and odd lines.</summary>
/// <param name="file">The file's name.</param>
/// <param name="holdOut">The lines of which only the rate is shown.</param>
internal sealed class CorpusRate(string file, HoldOut holdOut)
{
    private readonly int[] _total = new int[2];
    private readonly int[] _wrong = new int[2];
    private readonly List<string> _shown = [];

    private int Total => _total.Sum();

    private int Wrong => _wrong.Sum();

    public void Add(int line, bool isWrong, string text)
    {
        _total[line % 2]++;
        if (!isWrong) return;
        _wrong[line % 2]++;
        if (holdOut == HoldOut.None || (holdOut == HoldOut.OddLines && line % 2 == 0)) _shown.Add(text);
    }

    /// <summary>Writes the rates to the test's output and fails above one in a hundred, or above another limit.</summary>
    public void AssertBelow(string what, double percent = 1)
    {
        var report = $"{what}: {file} {Format(Wrong, Total)}; even lines {Format(_wrong[0], _total[0])}, odd lines " +
            $"{Format(_wrong[1], _total[1])}\n{string.Join('\n', _shown)}";
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.True(100 * Wrong <= percent * Total, report);
    }

    private static string Format(int wrong, int total) => $"{wrong} of {total} ({100.0 * wrong / total:0.00} %)";
}

/// <summary>The lines of a corpus whose wrong cases nobody reads.</summary>
internal enum HoldOut
{
    /// <summary>None: the rules were generalised with all lines in view.</summary>
    None,

    /// <summary>The odd lines.</summary>
    OddLines,

    /// <summary>All lines.</summary>
    All,
}
