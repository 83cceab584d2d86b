namespace Nexus.Fuzz.Tests;

/// <summary>Each parser against its corpus, where the findings of earlier runs stay.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_is_read_or_refused_as_documented(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var corpus = FuzzCorpus.Read(target);
        Assert.NotEmpty(corpus);
        foreach (var (file, input) in corpus) Check(target, file, input);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_may_end_anywhere(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var corpus = FuzzCorpus.Read(target);
        // Shorter inputs are cut at every byte, longer ones at evenly spaced ones.
        var cuts = Math.Max(50, 3 * target.Mutations / corpus.Count);
        foreach (var (file, input) in corpus)
        {
            var step = Math.Max(1, input.Length / cuts);
            for (var length = 0; length < input.Length; length += step) Check(target, $"{file}, first {length} bytes", input[..length]);
        }
    }

    [Fact]
    public void Every_corpus_and_every_dictionary_belongs_to_a_target()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Corpus");
        Assert.Equal(FuzzTargets.All.Select(target => target.Name).Order(), Directory.GetDirectories(folder).Select(Path.GetFileName).Order());
        Assert.Equal(
            FuzzTargets.All.SelectMany(target => target.Dictionaries).Distinct().Order(),
            Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Dictionaries")).Select(Path.GetFileNameWithoutExtension).Order());
        Assert.All(FuzzTargets.All, target => Assert.NotEmpty(FuzzCorpus.Tokens(target)));
    }

    private static void Check(FuzzTarget target, string name, byte[] input)
    {
        try
        {
            FuzzRun.Check(target, input);
        }
        catch (FuzzFailureException error)
        {
            Assert.Fail($"{name}: {error.Message}\n{error.InnerException?.StackTrace}");
        }
    }
}
